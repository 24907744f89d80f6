package dev.dovetail.tasks.segmentation;

import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.formats.semantic.LabelPng;
import dev.dovetail.images.Image;
import dev.dovetail.images.draw.DrawingStyle;
import dev.dovetail.images.draw.LabelPainter;
import dev.dovetail.tasks.Presentation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Presents classes as percentages of the image, as label maps in PNG files, and as colors over the
 * image.
 */
record SemanticPresentation(List<String> classes) implements Presentation<LabelMap> {

  /** The minimum fraction of an image in the table; smaller fractions would be shown as 0 %. */
  private static final double LEAST_SHARE = 0.005;

  private static final String LABEL_MAP = "label_map";

  @Override
  public List<String> columns() {
    return List.of("found");
  }

  @Override
  public List<List<String>> rows(LabelMap result) {
    List<String> words = new ArrayList<>();
    named(shares(result)).entrySet().stream()
        .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
        .filter(share -> share.getValue() >= LEAST_SHARE)
        .forEach(share -> words.add(Math.round(100 * share.getValue()) + "% " + share.getKey()));
    return List.of(List.of(words.isEmpty() ? "nothing" : String.join(", ", words)));
  }

  private Map<String, Double> named(Map<Integer, Double> shares) {
    Map<String, Double> named = new LinkedHashMap<>();
    shares.forEach((c, share) -> named.put(Presentation.name(classes, c), share));
    return named;
  }

  private static Map<Integer, Double> shares(LabelMap map) {
    long[] counts = new long[map.valueCount()];
    int pixels = Math.toIntExact(map.size().pixels());
    for (int i = 0; i < pixels; i++) {
      counts[map.at(i)]++;
    }
    Map<Integer, Double> shares = new LinkedHashMap<>();
    for (int c = 0; c < counts.length; c++) {
      if (counts[c] > 0) {
        shares.put(c, (double) counts[c] / pixels);
      }
    }
    return shares;
  }

  @Override
  public Map<String, Object> json(LabelMap result, Map<String, String> files) {
    Map<String, Object> json = new LinkedHashMap<>(files);
    Map<Integer, Double> shares = shares(result);
    Map<String, Integer> labels = new LinkedHashMap<>();
    shares.keySet().forEach(c -> labels.put(Presentation.name(classes, c), c));
    json.put("labels", labels);
    json.put("share_of_pixels", named(shares));
    return json;
  }

  @Override
  public boolean draws() {
    return true;
  }

  @Override
  public Optional<Image> picture(Image image, LabelMap result, DrawingStyle style) {
    LabelPainter painter = new LabelPainter(classes, style);
    Image picture = painter.over(image, result);
    return Optional.of(style.labels() ? painter.withLegend(picture, result) : picture);
  }

  @Override
  public Map<String, String> files() {
    return Map.of(LABEL_MAP, ".labels.png");
  }

  @Override
  public void write(String kind, LabelMap result, Path file) throws IOException {
    LabelPng.write(file, result);
  }
}
