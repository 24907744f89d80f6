package dev.dovetail.data.coco;

/**
 * An entry of {@code images}.
 *
 * @param width in pixels, or -1 where the file has none
 * @param height in pixels, or -1 where the file has none
 * @param fileName empty where the file has none
 */
public record CocoImage(long id, int width, int height, String fileName) {}
