package dev.dovetail.tasks.classification;

import dev.dovetail.formats.FeatureVector;
import dev.dovetail.images.Image;
import dev.dovetail.images.draw.DrawingStyle;
import dev.dovetail.tasks.Presentation;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Presents embeddings as JSON; the table shows their length and norm. */
record EmbeddingPresentation() implements Presentation<FeatureVector> {

  @Override
  public List<String> columns() {
    return List.of("values", "norm");
  }

  @Override
  public List<List<String>> rows(FeatureVector result) {
    double squares = 0;
    for (float value : result.values()) {
      squares += (double) value * value;
    }
    return List.of(
        List.of(
            Integer.toString(result.values().length),
            String.format(Locale.ROOT, "%.4f", Math.sqrt(squares))));
  }

  @Override
  public Map<String, Object> json(FeatureVector result, Map<String, String> files) {
    return Map.of("embedding", result.values());
  }

  @Override
  public boolean draws() {
    return false;
  }

  @Override
  public Optional<Image> picture(Image image, FeatureVector result, DrawingStyle style) {
    return Optional.empty();
  }
}
