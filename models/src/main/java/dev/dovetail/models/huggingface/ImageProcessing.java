package dev.dovetail.models.huggingface;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.images.Preprocess;
import java.util.List;
import java.util.Optional;

/**
 * The preprocessing of images and label maps according to a directory.
 *
 * @param reduceLabels whether 0 is "no label" in annotations and class c is stored as c + 1
 * @param ignored the ignored value in annotations, if specified
 * @param window side of the square windows of a resized image, spread evenly over its long side;
 *     empty for the whole image
 * @param notes messages for the user about assumptions and ignored values
 */
record ImageProcessing(
    Preprocess preprocess,
    boolean reduceLabels,
    Optional<Integer> ignored,
    Optional<Integer> window,
    List<String> notes) {

  private static final String SEMANTIC = "semantic";

  ImageProcessing(Preprocess preprocess, List<String> notes) {
    this(preprocess, false, Optional.empty(), Optional.empty(), notes);
  }

  ImageProcessing {
    notes = List.copyOf(notes);
  }

  /**
   * Returns the default task of a directory. A model that supports several tasks and has windows is
   * for semantic segmentation, since only pixel scores of windows can be averaged.
   *
   * @param usual the default task of the model; empty if it supports only one
   */
  String task(String usual) {
    return window.isPresent() && !usual.isEmpty() ? SEMANTIC : usual;
  }

  /**
   * Adds the values of the processor to the sections of a task. Windows apply to semantic
   * segmentation only.
   */
  void addTo(ObjectNode config) {
    if (ignored.isPresent() && config.get("labels") instanceof ObjectNode labels) {
      labels.put("ignore", ignored.get());
    }
    if (window.isPresent() && config.path("task").asText(SEMANTIC).equals(SEMANTIC)) {
      ObjectNode test = config.withObject("/test").put("mode", "spread");
      for (String key : List.of("crop", "stride")) {
        test.putArray(key).add(window.get()).add(window.get());
      }
    }
  }
}
