package dev.dovetail.formats.coco;

/**
 * The verified categories of an image with federated ground truth (LVIS). An image is annotated for
 * these and for the categories of its annotations.
 *
 * @param negative ids of categories that are not in the image ({@code neg_category_ids})
 * @param notExhaustive ids of categories without exhaustive annotations ({@code
 *     not_exhaustive_category_ids})
 */
public record VerifiedCategories(long[] negative, long[] notExhaustive) {

  /** Represents a file without one or both lists. */
  public static final VerifiedCategories ABSENT = new VerifiedCategories(new long[0], new long[0]);
}
