package dev.dovetail.formats.coco;

import dev.dovetail.formats.Box;
import dev.dovetail.formats.mask.Segmentation;

/**
 * An entry of {@code annotations} as in the file.
 *
 * @param shape location of the object
 * @param crowd the field {@code iscrowd}
 * @param ignore the field {@code ignore}, which LVIS uses and COCO does not
 */
public record CocoAnnotation(
    long id, long imageId, long categoryId, Shape shape, Crowd crowd, boolean ignore) {

  /**
   * The location of an object.
   *
   * @param box {@link Box#ABSENT} if missing
   * @param area in square pixels, determines the size class; NaN if missing
   * @param segmentation {@link Segmentation.Absent} if missing or an empty list
   * @param keypoints {@link Keypoints#ABSENT} if missing
   */
  public record Shape(Box box, double area, Segmentation segmentation, Keypoints keypoints) {}

  /**
   * Creates an annotation without keypoints that is not ignored.
   *
   * @param id of the annotation
   * @param imageId of the image
   * @param categoryId of the category
   * @param box of the object
   * @param area in square pixels, as in the file
   * @param crowd whether it represents a group of objects
   * @param segmentation the object's pixels
   */
  public CocoAnnotation(
      long id,
      long imageId,
      long categoryId,
      Box box,
      double area,
      Crowd crowd,
      Segmentation segmentation) {
    this(
        id,
        imageId,
        categoryId,
        new Shape(box, area, segmentation, Keypoints.ABSENT),
        crowd,
        false);
  }

  /** {@return the box of the shape} */
  public Box box() {
    return shape.box();
  }

  /** {@return the area of the shape} */
  public double area() {
    return shape.area();
  }

  /** {@return the mask of the shape} */
  public Segmentation segmentation() {
    return shape.segmentation();
  }

  /** {@return the keypoints of the shape} */
  public Keypoints keypoints() {
    return shape.keypoints();
  }

  CocoAnnotation withIds(long image, long category) {
    return new CocoAnnotation(id, image, category, shape, crowd, ignore);
  }

  /** Whether an annotation represents a group of objects. */
  public enum Crowd {
    /** One object. */
    NO,
    /** A group of objects. */
    YES,
    /** The file has no such field. */
    ABSENT
  }
}
