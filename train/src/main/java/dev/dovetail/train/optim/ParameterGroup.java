package dev.dovetail.train.optim;

import java.util.List;

/**
 * Parameters that are updated alike.
 *
 * @param name for logs
 * @param scale their learning rate over that of the training
 * @param weightDecay how much they shrink
 * @param parameters their names
 */
public record ParameterGroup(
    String name, double scale, double weightDecay, List<String> parameters) {

  /**
   * @param name for logs
   * @param scale their learning rate over that of the training
   * @param weightDecay how much they shrink
   * @param parameters their names
   */
  public ParameterGroup {
    parameters = List.copyOf(parameters);
  }
}
