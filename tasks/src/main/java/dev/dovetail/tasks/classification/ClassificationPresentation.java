package dev.dovetail.tasks.classification;

import dev.dovetail.formats.ClassScores;
import dev.dovetail.images.Image;
import dev.dovetail.images.draw.DrawingStyle;
import dev.dovetail.tasks.Presentation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Presents the best classes, one per row. */
record ClassificationPresentation(List<String> classes) implements Presentation<ClassScores> {

  private static final int BEST = 5;

  @Override
  public List<String> columns() {
    return List.of("class", "score");
  }

  @Override
  public List<List<String>> rows(ClassScores result) {
    List<List<String>> rows = new ArrayList<>();
    for (int c : result.best(BEST)) {
      rows.add(
          List.of(
              Presentation.name(classes, c),
              String.format(Locale.ROOT, "%.4f", result.scores()[c])));
    }
    return rows;
  }

  @Override
  public Map<String, Object> json(ClassScores result, Map<String, String> files) {
    List<Map<String, Object>> best = new ArrayList<>();
    for (int c : result.best(BEST)) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("label", c);
      entry.put("name", Presentation.name(classes, c));
      entry.put("score", result.scores()[c]);
      best.add(entry);
    }
    return Map.of("classes", best);
  }

  @Override
  public boolean draws() {
    return false;
  }

  @Override
  public Optional<Image> picture(Image image, ClassScores result, DrawingStyle style) {
    return Optional.empty();
  }
}
