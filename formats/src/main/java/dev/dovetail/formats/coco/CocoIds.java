package dev.dovetail.formats.coco;

/** What the ids of a ground truth are in its file. */
public record CocoIds(IdNames images, IdNames categories, IdNames annotations) {

  /** All of them numbers. */
  public static final CocoIds NUMBERS =
      new CocoIds(IdNames.NUMBERS, IdNames.NUMBERS, IdNames.NUMBERS);
}
