package dev.dovetail.train.recipe;

import dev.dovetail.train.engine.Parameters;
import dev.dovetail.train.optim.AdamW;
import dev.dovetail.train.optim.LayerDecay;
import dev.dovetail.train.optim.Optimizer;
import dev.dovetail.train.optim.ParameterGroup;
import dev.dovetail.train.optim.Sgd;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The optimizer. Vectors and biases have no weight decay.
 *
 * @param type the algorithm
 * @param learningRate the learning rate of parameter groups without a multiplier
 * @param weightDecay the weight decay
 * @param layerDecay layer-wise decay: the ratio of a transformer block's learning rate to that of
 *     the next block; 1 for the same rate everywhere
 * @param beta1 the decay of AdamW's mean gradient
 * @param beta2 the decay of AdamW's mean squared gradient
 * @param momentum the momentum of SGD
 */
public record OptimizerRecipe(
    Type type,
    double learningRate,
    double weightDecay,
    double layerDecay,
    double beta1,
    double beta2,
    double momentum) {

  private static final String BACKBONE = "backbone.";
  private static final Pattern BLOCK =
      Pattern.compile("(?:backbone\\.)?(?:blocks|layers)\\.(\\d+)\\..*");
  private static final double EPSILON = 1e-8;

  /** An optimization algorithm. */
  public enum Type {
    /** {@link AdamW}. */
    ADAMW,
    /** {@link Sgd}. */
    SGD
  }

  /**
   * @throws IllegalArgumentException if a value is out of its range
   */
  public OptimizerRecipe {
    if (!(learningRate > 0 && learningRate < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "learningRate is " + learningRate + ", expected a number above 0");
    }
    if (!(weightDecay >= 0 && weightDecay < 1)) {
      throw new IllegalArgumentException(
          "weightDecay is " + weightDecay + ", expected at least 0 and less than 1");
    }
    if (!(layerDecay > 0 && layerDecay <= 1)) {
      throw new IllegalArgumentException(
          "layerDecay is " + layerDecay + ", expected more than 0 and at most 1");
    }
    for (double share : new double[] {beta1, beta2, momentum}) {
      if (!(share >= 0 && share < 1)) {
        throw new IllegalArgumentException(
            "beta1, beta2 and momentum are at least 0 and less than 1, and " + share + " is not");
      }
    }
  }

  /** {@return AdamW with PyTorch's default betas} */
  static OptimizerRecipe adamW(double rate, double weightDecay, double layerDecay) {
    return new OptimizerRecipe(Type.ADAMW, rate, weightDecay, layerDecay, 0.9, 0.999, 0.9);
  }

  /**
   * {@return an optimizer of all weights}
   *
   * @param parameters the parameters of the network
   * @throws IllegalArgumentException if layer decay is enabled and the backbone has no numbered
   *     blocks
   */
  public Optimizer of(Parameters parameters) {
    List<ParameterGroup> groups = groups(parameters);
    return switch (type) {
      case ADAMW -> new AdamW(groups, new AdamW.Moments(beta1, beta2, EPSILON));
      case SGD -> new Sgd(groups, momentum, false);
    };
  }

  private List<ParameterGroup> groups(Parameters parameters) {
    List<String> names = parameters.weights();
    OptionalInt last =
        names.stream()
            .map(BLOCK::matcher)
            .filter(Matcher::matches)
            .mapToInt(m -> Integer.parseInt(m.group(1)))
            .max();
    if (last.isEmpty() && layerDecay < 1) {
      throw new IllegalArgumentException(
          "'training.optimizer.layerDecay' is "
              + layerDecay
              + ", but the backbone is not a plain transformer; set it to 1");
    }
    String prefix = names.stream().anyMatch(n -> n.startsWith(BACKBONE)) ? BACKBONE : "";
    return new LayerDecay(prefix, last.orElse(-1) + 1, layerDecay, weightDecay).of(parameters);
  }
}
