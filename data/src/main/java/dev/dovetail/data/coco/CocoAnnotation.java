package dev.dovetail.data.coco;

/**
 * An entry of {@code annotations}, as it stands in the file.
 *
 * @param box {@link Box#ABSENT} where the file has none
 * @param area square pixels, decides the size class; NaN where the file has none
 * @param crowd the field {@code iscrowd}
 * @param segmentation {@link Segmentation.Absent} where the file has none, or an empty list
 */
public record CocoAnnotation(
    long id,
    long imageId,
    long categoryId,
    Box box,
    double area,
    Crowd crowd,
    Segmentation segmentation) {

  /** Whether an annotation stands for many objects at once. */
  public enum Crowd {
    NO,
    YES,
    ABSENT
  }
}
