package dev.dovetail.train.optim;

import java.util.List;

/**
 * Parameters with the same settings.
 *
 * @param name the name in logs
 * @param scale the factor of the learning rate
 * @param weightDecay the weight decay
 * @param parameters the names of the parameters
 */
public record ParameterGroup(
    String name, double scale, double weightDecay, List<String> parameters) {

  /**
   * @param name the name in logs
   * @param scale the factor of the learning rate
   * @param weightDecay the weight decay
   * @param parameters the names of the parameters
   */
  public ParameterGroup {
    parameters = List.copyOf(parameters);
  }
}
