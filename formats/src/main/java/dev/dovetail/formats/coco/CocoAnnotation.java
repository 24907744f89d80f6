package dev.dovetail.formats.coco;

import dev.dovetail.formats.Box;
import dev.dovetail.formats.mask.Segmentation;

/**
 * An entry of {@code annotations}, as it stands in the file.
 *
 * @param shape where the object is
 * @param crowd the field {@code iscrowd}
 * @param ignore the field {@code ignore}, which LVIS honours and COCO does not
 */
public record CocoAnnotation(
    long id, long imageId, long categoryId, Shape shape, Crowd crowd, boolean ignore) {

  /**
   * Where an object is.
   *
   * @param box {@link Box#ABSENT} where the file has none
   * @param area square pixels, decides the size class; NaN where the file has none
   * @param segmentation {@link Segmentation.Absent} where the file has none, or an empty list
   * @param keypoints {@link Keypoints#ABSENT} where the file has none
   */
  public record Shape(Box box, double area, Segmentation segmentation, Keypoints keypoints) {}

  /**
   * An annotation without keypoints that is not to be ignored.
   *
   * @param id of the annotation
   * @param imageId of the image
   * @param categoryId of the category
   * @param box where the object is
   * @param area in pixels, as the file has it
   * @param crowd whether it stands for many objects
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

  /** Whether an annotation stands for many objects at once. */
  public enum Crowd {
    /** One object. */
    NO,
    /** Many objects. */
    YES,
    /** The file does not say. */
    ABSENT
  }
}
