package dev.dovetail.models.huggingface;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.images.Preprocess;
import java.util.List;
import java.util.Optional;

/**
 * What a directory says of the preparation of images and label maps.
 *
 * @param reduceLabels whether 0 is "no label" in annotations, and class c is stored as c + 1
 * @param ignored the value that annotations have where no class is to be found, if it is stated
 * @param window the side of the squares in which a resized image passes the model, spread evenly
 *     over its long side; nothing if it passes as a whole
 * @param notes sentences for the user: what had to be assumed, and what was ignored
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
   * The task of a directory of which the user says none. A model that may do others, and whose
   * images pass it in windows, is for semantic segmentation: the windows' scores of pixels are
   * averaged, and segments have nothing to average.
   *
   * @param usual that of the model; empty if it has no choice
   */
  String task(String usual) {
    return window.isPresent() && !usual.isEmpty() ? SEMANTIC : usual;
  }

  /**
   * Adds to the sections of a task what the processor says of it. Windows are for semantic
   * segmentation alone.
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
