package dev.dovetail.tasks.detection;

import dev.dovetail.formats.Detections;
import dev.dovetail.formats.mask.Rle;
import dev.dovetail.images.Image;
import dev.dovetail.images.draw.DrawingStyle;
import dev.dovetail.images.draw.InstancePainter;
import dev.dovetail.tasks.Cutout;
import dev.dovetail.tasks.Presentation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Presents objects as counts per class, as JSON with COCO's fields, and as drawings. */
record DetectionPresentation(List<String> classes) implements Presentation<Detections> {

  @Override
  public List<String> columns() {
    return List.of("found");
  }

  @Override
  public List<List<String>> rows(Detections result) {
    Map<String, Integer> counts = new TreeMap<>();
    for (int label : result.labels()) {
      counts.merge(Presentation.name(classes, label), 1, Integer::sum);
    }
    List<String> words = new ArrayList<>();
    counts.forEach((name, n) -> words.add(n + " " + name));
    return List.of(List.of(words.isEmpty() ? "nothing" : String.join(", ", words)));
  }

  @Override
  public Map<String, Object> json(Detections result, Map<String, String> files) {
    List<Map<String, Object>> objects = new ArrayList<>();
    for (int i = 0; i < result.count(); i++) {
      objects.add(object(result, i));
    }
    return Map.of("objects", objects);
  }

  private Map<String, Object> object(Detections result, int i) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("label", result.labels()[i]);
    object.put("name", Presentation.name(classes, result.labels()[i]));
    object.put("score", result.scores()[i]);
    float[] b = result.boxes();
    object.put(
        "bbox",
        List.of(b[4 * i], b[4 * i + 1], b[4 * i + 2] - b[4 * i], b[4 * i + 3] - b[4 * i + 1]));
    if (result.hasMasks()) {
      Rle mask = result.masks()[i];
      Map<String, Object> segmentation = new LinkedHashMap<>();
      segmentation.put("size", List.of(mask.height(), mask.width()));
      segmentation.put("counts", mask.compressed());
      object.put("segmentation", segmentation);
    }
    return object;
  }

  @Override
  public boolean draws() {
    return true;
  }

  @Override
  public Optional<Image> picture(Image image, Detections result, DrawingStyle style) {
    return Optional.of(new InstancePainter(classes, style).draw(image, result));
  }

  @Override
  public boolean findsObjects() {
    return true;
  }

  @Override
  public List<Cutout> cutouts(Detections result) {
    List<Cutout> cutouts = new ArrayList<>();
    float[] b = result.boxes();
    for (int i = 0; i < result.count(); i++) {
      String name = Presentation.name(classes, result.labels()[i]);
      cutouts.add(Cutout.of(name, b[4 * i], b[4 * i + 1], b[4 * i + 2], b[4 * i + 3]));
    }
    return cutouts;
  }
}
