package dev.dovetail.formats.coco;

/**
 * An entry of {@code images}.
 *
 * @param width in pixels; -1 if missing
 * @param height in pixels; -1 if missing
 * @param fileName empty if missing
 * @param verified LVIS's verified categories; {@link VerifiedCategories#ABSENT} in other data sets
 */
public record CocoImage(
    long id, int width, int height, String fileName, VerifiedCategories verified) {

  CocoImage withId(long other) {
    return new CocoImage(other, width, height, fileName, verified);
  }

  /**
   * Creates an image of a data set in which every category was annotated in every image, as in
   * COCO.
   *
   * @param id of the image
   * @param width of the image in pixels
   * @param height of the image in pixels
   * @param fileName the name of its file
   */
  public CocoImage(long id, int width, int height, String fileName) {
    this(id, width, height, fileName, VerifiedCategories.ABSENT);
  }
}
