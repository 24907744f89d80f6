package dev.dovetail;

import java.nio.file.Path;

/**
 * Annotated images on disk.
 *
 * @param images the directory of the images; or the directory of a data set in its original layout
 *     (COCO, ADE20K, Cityscapes), whose training images are used for training and whose validation
 *     images are used for evaluation
 * @param annotations COCO instances JSON, or a directory of label maps; for a classifier, the same
 *     directory as {@code images}, with a subdirectory for each class; for a data set in its
 *     original layout, also the same directory
 */
public record TrainingData(Path images, Path annotations) {}
