package dev.dovetail;

import java.nio.file.Path;

/**
 * Annotated images on disk.
 *
 * @param images the folder with the images, or the directory of a data set as it is downloaded
 *     (COCO, ADE20K, Cityscapes), which then is that of the annotations too: models learn from its
 *     training part and are evaluated on its validation part
 * @param annotations COCO's instances JSON, or a folder of label maps; for a classifier the folder
 *     of the images itself, which has a folder for each class
 */
public record TrainingData(Path images, Path annotations) {}
