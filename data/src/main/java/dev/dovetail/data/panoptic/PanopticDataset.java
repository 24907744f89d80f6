package dev.dovetail.data.panoptic;

import dev.dovetail.data.coco.CocoFormatException;
import dev.dovetail.data.coco.JsonSource;
import dev.dovetail.data.coco.Warnings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A panoptic file (COCO's panoptic format): the categories, and one record for each image.
 *
 * @param source what messages call it, usually the file
 * @param categories in the order of the file; of predictions none
 * @param annotations in the order of the file, no image twice
 */
public record PanopticDataset(
    String source, List<PanopticCategory> categories, List<PanopticAnnotation> annotations) {

  /**
   * Copies the lists.
   *
   * @param source what messages call it, usually the file
   * @param categories in the order of the file; of predictions none
   * @param annotations in the order of the file, no image twice
   */
  public PanopticDataset {
    categories = List.copyOf(categories);
    annotations = List.copyOf(annotations);
  }

  /**
   * Reads a ground truth, plain or gzip, in one pass. Segments of a category that is not listed are
   * kept, as by the reference, with a warning: no prediction can match them.
   *
   * @param file the file
   * @param warnings takes what is odd
   * @return the ground truth
   * @throws CocoFormatException if it is no such file, an id occurs twice, or a segment lacks
   *     {@code id}, {@code category_id}, {@code iscrowd} or {@code area}
   */
  public static PanopticDataset readTruth(Path file, Warnings warnings) throws IOException {
    return JsonSource.read(file, in -> new PanopticReader(in, true).read(warnings));
  }

  /**
   * Reads predictions, plain or gzip, in one pass: a segment needs {@code id} and {@code
   * category_id}.
   *
   * @param file the file
   * @param warnings takes what is odd
   * @return the predictions
   * @throws CocoFormatException if it is no such file, or an id occurs twice
   */
  public static PanopticDataset readPredictions(Path file, Warnings warnings) throws IOException {
    return JsonSource.read(file, in -> new PanopticReader(in, false).read(warnings));
  }
}
