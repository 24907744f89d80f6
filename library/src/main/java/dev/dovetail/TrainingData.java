package dev.dovetail;

import java.nio.file.Path;

/**
 * Annotated images on disk.
 *
 * <p>For a data set in its published layout (COCO, ADE20K, Cityscapes), both paths are its
 * directory. The training split is used for training, and the validation split for evaluation. For
 * a classifier, both paths are the directory with a subdirectory for each class.
 *
 * @param images the directory of the images
 * @param annotations COCO instances JSON, or a directory of label maps
 */
public record TrainingData(Path images, Path annotations) {}
