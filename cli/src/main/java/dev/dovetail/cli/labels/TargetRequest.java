package dev.dovetail.cli.labels;

import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.CocoCategory;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.voc.VocAnnotation.Pixels;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request to write labels.
 *
 * @param out the output file or directory
 * @param categories the categories in the order of their ids
 * @param detections whether objects have scores
 * @param truth the ground truth of the detections; null for none
 * @param pixels the coordinate convention of VOC boxes
 * @param maps whether the labels are from label maps, in which pixels without an object are void
 * @param stuff the stuff classes: an image has at most one segment of each
 * @param warnings counts data that cannot be written
 */
public record TargetRequest(
    Path out,
    List<CocoCategory> categories,
    boolean detections,
    @Nullable CocoDataset truth,
    Pixels pixels,
    boolean maps,
    Set<String> stuff,
    Warnings warnings) {

  List<String> names() {
    return categories.stream().map(CocoCategory::name).toList();
  }

  /** Returns the indices of the classes, from 0. */
  Map<String, Integer> numbers() {
    Map<String, Integer> numbers = new LinkedHashMap<>();
    for (CocoCategory category : categories) {
      numbers.putIfAbsent(category.name(), numbers.size());
    }
    return numbers;
  }
}
