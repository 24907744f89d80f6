package dev.dovetail.eval.state;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The data set and the evaluation of a state. States can be joined if these are equal.
 *
 * @param type of the evaluation: {@code bbox}, {@code semantic}, …
 * @param parameters all parameters that affect the metrics, by name
 * @param groundTruth a fingerprint of the ground truth
 * @param images the names of all images in order; a state covers some of them
 */
public record EvaluatedSet(
    String type, Map<String, String> parameters, String groundTruth, List<String> images) {

  /**
   * Copies the collections.
   *
   * @param type of the evaluation: {@code bbox}, {@code semantic}, …
   * @param parameters all parameters that affect the metrics, by name
   * @param groundTruth a fingerprint of the ground truth
   * @param images the names of all images in order; a state covers some of them
   */
  public EvaluatedSet {
    parameters = Collections.unmodifiableMap(new TreeMap<>(parameters));
    images = List.copyOf(images);
  }
}
