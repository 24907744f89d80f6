package dev.dovetail.tasks.panoptic;

import dev.dovetail.data.Detections;
import dev.dovetail.data.draw.InstancePainter;
import dev.dovetail.data.draw.Palette;
import dev.dovetail.data.image.Image;
import dev.dovetail.data.image.Size;
import dev.dovetail.data.mask.Rle;
import dev.dovetail.data.panoptic.IdPng;
import dev.dovetail.data.panoptic.PanopticMap;
import dev.dovetail.data.panoptic.PanopticMap.Segment;
import dev.dovetail.tasks.Presentation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Segments as counts per class, as PNG files of ids with JSON beside them, and drawn. */
record PanopticPresentation(List<String> classes) implements Presentation<PanopticMap> {

  private static final String SEGMENTS = "segments";

  @Override
  public List<String> columns() {
    return List.of("found");
  }

  @Override
  public List<List<String>> rows(PanopticMap result) {
    Map<String, Integer> counts = new TreeMap<>();
    for (Segment segment : result.segments()) {
      counts.merge(Presentation.name(classes, segment.label()), 1, Integer::sum);
    }
    List<String> words = new ArrayList<>();
    counts.forEach((name, n) -> words.add(n + " " + name));
    return List.of(List.of(words.isEmpty() ? "nothing" : String.join(", ", words)));
  }

  @Override
  public Map<String, Object> json(PanopticMap result, Map<String, String> files) {
    Map<String, Object> json = new LinkedHashMap<>(files);
    List<Map<String, Object>> segments = new ArrayList<>();
    for (Segment segment : result.segments()) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("id", segment.id());
      entry.put("label", segment.label());
      entry.put("name", Presentation.name(classes, segment.label()));
      entry.put("score", segment.score());
      entry.put("area", segment.area());
      segments.add(entry);
    }
    json.put("segments_info", segments);
    return json;
  }

  @Override
  public boolean draws() {
    return true;
  }

  @Override
  public Optional<Image> picture(Image image, PanopticMap result) {
    return Optional.of(
        new InstancePainter(classes, Palette.distinct()).draw(image, objects(result)));
  }

  /** The segments as objects with masks, in the boxes around them. */
  private static Detections objects(PanopticMap result) {
    Size size = result.map().size();
    int n = result.segments().size();
    float[] boxes = new float[4 * n];
    float[] scores = new float[n];
    int[] labels = new int[n];
    Rle[] masks = new Rle[n];
    for (int i = 0; i < n; i++) {
      Segment segment = result.segments().get(i);
      masks[i] = mask(result, segment.id());
      Rle.Box box = masks[i].box();
      boxes[4 * i] = box.x();
      boxes[4 * i + 1] = box.y();
      boxes[4 * i + 2] = box.x() + box.width();
      boxes[4 * i + 3] = box.y() + box.height();
      scores[i] = segment.score();
      labels[i] = segment.label();
    }
    return new Detections(size, boxes, scores, labels, masks);
  }

  private static Rle mask(PanopticMap result, int id) {
    int[] ids = result.map().ids();
    byte[] rows = new byte[ids.length];
    for (int i = 0; i < ids.length; i++) {
      rows[i] = (byte) (ids[i] == id ? 1 : 0);
    }
    Size size = result.map().size();
    return Rle.ofRowMajor(size.height(), size.width(), rows);
  }

  @Override
  public Map<String, String> files() {
    return Map.of(SEGMENTS, ".segments.png");
  }

  @Override
  public void write(String kind, PanopticMap result, Path file) throws IOException {
    IdPng.write(file, result.map());
  }
}
