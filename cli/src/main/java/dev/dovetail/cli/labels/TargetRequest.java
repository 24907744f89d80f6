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
 * What is to be written.
 *
 * @param out the file or folder
 * @param categories in the order of their numbers
 * @param detections whether objects have scores
 * @param truth the ground truth that detections are about; null for none
 * @param pixels what the numbers of VOC's boxes are to mean
 * @param maps whether the labels come from label maps, so that pixels without an object are nothing
 * @param stuff classes of which an image has one segment at most, as opposed to things
 * @param warnings counts what cannot be written
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

  /** The numbers of the classes, from 0 on. */
  Map<String, Integer> numbers() {
    Map<String, Integer> numbers = new LinkedHashMap<>();
    for (CocoCategory category : categories) {
      numbers.putIfAbsent(category.name(), numbers.size());
    }
    return numbers;
  }
}
