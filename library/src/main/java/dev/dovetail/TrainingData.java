package dev.dovetail;

import java.nio.file.Path;

/**
 * Annotated images on disk.
 *
 * @param images the folder with the images
 * @param annotations COCO's instances JSON, or a folder of label maps; for a classifier the folder
 *     of the images itself, which has a folder for each class
 */
public record TrainingData(Path images, Path annotations) {}
