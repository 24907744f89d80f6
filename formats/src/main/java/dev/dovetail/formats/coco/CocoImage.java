package dev.dovetail.formats.coco;

/**
 * An entry of {@code images}.
 *
 * @param width in pixels, or -1 where the file has none
 * @param height in pixels, or -1 where the file has none
 * @param fileName empty where the file has none
 * @param verified what LVIS says about categories; {@link VerifiedCategories#ABSENT} elsewhere
 */
public record CocoImage(
    long id, int width, int height, String fileName, VerifiedCategories verified) {

  CocoImage withId(long other) {
    return new CocoImage(other, width, height, fileName, verified);
  }

  /**
   * An image of a set where every category is looked for in every image, as in COCO.
   *
   * @param id of the image
   * @param width of the picture in pixels
   * @param height of the picture in pixels
   * @param fileName the name of its file
   */
  public CocoImage(long id, int width, int height, String fileName) {
    this(id, width, height, fileName, VerifiedCategories.ABSENT);
  }
}
