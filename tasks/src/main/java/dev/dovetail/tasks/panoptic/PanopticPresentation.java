package dev.dovetail.tasks.panoptic;

import dev.dovetail.formats.panoptic.IdPng;
import dev.dovetail.formats.panoptic.PanopticMap;
import dev.dovetail.formats.panoptic.PanopticMap.Segment;
import dev.dovetail.images.Image;
import dev.dovetail.images.draw.DrawingStyle;
import dev.dovetail.images.draw.SegmentPainter;
import dev.dovetail.tasks.Presentation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Presents segments as counts per class, as PNG files of ids with JSON files, and as drawings. */
record PanopticPresentation(List<String> classes, List<Integer> stuff)
    implements Presentation<PanopticMap> {

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
  public Optional<Image> picture(Image image, PanopticMap result, DrawingStyle style) {
    SegmentPainter painter = new SegmentPainter(classes, style);
    Image picture = painter.draw(image, result);
    return Optional.of(style.labels() ? painter.withLegend(picture, result) : picture);
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
