package dev.dovetail.graph.nn;

import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** An activation function that a config selects by its name in lower case. */
public enum Activation {
  RELU(Tensor::relu, "relu"),
  /** {@code min(max(x, 0), 6)}. */
  RELU6(x -> x.clip(0, 6), "relu6"),
  /** The square of ReLU. */
  RELU2(x -> x.relu().times(x.relu()), "relu2"),
  /** Leaky ReLU with a slope of 0.01 below zero. */
  LEAKY_RELU(x -> x.relu().minus(x.neg().relu().times(0.01)), "leaky_relu"),
  /** Parametric ReLU with a learned slope below zero (He et al. 2015): {@code weight [1]}. */
  PRELU(
      x -> {
        throw new IllegalArgumentException(
            "prelu has a learned slope, but this layer does not support activations with"
                + " parameters");
      },
      "prelu"),
  GELU(Tensor::gelu, "gelu", "gelu_python"),
  GELU_TANH(
      Activations::geluTanh,
      "gelu_pytorch_tanh",
      "gelu_python_tanh",
      "gelu_new",
      "gelu_fast",
      "gelu_accurate"),
  /** {@code x · sigmoid(1.702 x)}, as in CLIP. */
  QUICK_GELU(x -> x.times(x.times(1.702).sigmoid()), "quick_gelu"),
  SILU(Activations::silu, "silu", "swish"),
  HARD_SWISH(Activations::hardSwish, "hardswish"),
  SIGMOID(Tensor::sigmoid, "sigmoid"),
  TANH(Tensor::tanh, "tanh"),
  LINEAR(x -> x, "linear");

  private static final Init SLOPE = new Init.Constant(0.25f);

  private final UnaryOperator<Tensor> function;
  private final List<String> names;

  Activation(UnaryOperator<Tensor> function, String... names) {
    this.function = function;
    this.names = List.of(names);
  }

  /**
   * {@return the activation with this name in transformers; empty if it is not supported}
   *
   * @param name such as {@code gelu_new}
   */
  public static Optional<Activation> named(String name) {
    return Arrays.stream(values()).filter(a -> a.names.contains(name)).findFirst();
  }

  /** {@return transformers' names of all activations} */
  public static List<String> names() {
    return Arrays.stream(values()).flatMap(a -> a.names.stream()).toList();
  }

  /**
   * {@return the activation of each value}
   *
   * @param x any shape
   * @throws IllegalArgumentException for {@link #PRELU}, which has a parameter
   */
  public Tensor apply(Tensor x) {
    return function.apply(x);
  }

  /**
   * {@return the activation of each value}
   *
   * @param s the scope of its parameter, if it has one
   * @param x any shape
   */
  public Tensor apply(Scope s, Tensor x) {
    return this == PRELU
        ? s.run(() -> x.relu().minus(x.neg().relu().times(s.weight("weight", SLOPE, 1))))
        : apply(x);
  }
}
