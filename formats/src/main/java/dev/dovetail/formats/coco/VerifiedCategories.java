package dev.dovetail.formats.coco;

/**
 * Which categories were looked for in an image whose ground truth is federated (LVIS): those with
 * annotations, and these.
 *
 * @param negative ids of categories that are not in the image ({@code neg_category_ids})
 * @param notExhaustive ids of categories of which not every object is annotated ({@code
 *     not_exhaustive_category_ids})
 */
public record VerifiedCategories(long[] negative, long[] notExhaustive) {

  /** Stands where a file lacks one of the two lists or both. */
  public static final VerifiedCategories ABSENT = new VerifiedCategories(new long[0], new long[0]);
}
