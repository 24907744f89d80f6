package dev.dovetail.data.coco;

/** An entry of {@code categories}; name and supercategory are empty where the file has none. */
public record CocoCategory(long id, String name, String supercategory) {}
