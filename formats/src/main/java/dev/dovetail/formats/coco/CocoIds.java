package dev.dovetail.formats.coco;

/** The ids of a ground truth in its file. */
public record CocoIds(IdNames images, IdNames categories, IdNames annotations) {

  /** Numeric ids of images and categories. */
  public static final CocoIds NUMBERS =
      new CocoIds(IdNames.NUMBERS, IdNames.NUMBERS, IdNames.NUMBERS);
}
