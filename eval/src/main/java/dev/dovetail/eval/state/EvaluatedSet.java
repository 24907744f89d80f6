package dev.dovetail.eval.state;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a state is a part of: states can be joined if they are of one set, scored in one way.
 *
 * @param type how it is scored: {@code bbox}, {@code semantic}, …
 * @param parameters all that decides the numbers, by name
 * @param groundTruth a fingerprint of the ground truth
 * @param images the names of the images in their order; parts may choose among them
 */
public record EvaluatedSet(
    String type, Map<String, String> parameters, String groundTruth, List<String> images) {

  /**
   * Copies the collections.
   *
   * @param type how it is scored: {@code bbox}, {@code semantic}, …
   * @param parameters all that decides the numbers, by name
   * @param groundTruth a fingerprint of the ground truth
   * @param images the names of the images in their order; parts may choose among them
   */
  public EvaluatedSet {
    parameters = Collections.unmodifiableMap(new TreeMap<>(parameters));
    images = List.copyOf(images);
  }
}
