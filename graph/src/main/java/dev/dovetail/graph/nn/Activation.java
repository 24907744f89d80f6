package dev.dovetail.graph.nn;

import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** An activation that a config chooses by its name in lower case. */
public enum Activation {
  RELU(Tensor::relu, "relu"),
  /** ReLU of at most 6. */
  RELU6(x -> x.clip(0, 6), "relu6"),
  /** ReLU, squared. */
  RELU2(x -> x.relu().times(x.relu()), "relu2"),
  /** A slope of 0.01 below zero. */
  LEAKY_RELU(x -> x.relu().minus(x.neg().relu().times(0.01)), "leaky_relu"),
  /** A slope that is learned below zero (He et al. 2015): {@code weight [1]}. */
  PRELU(
      x -> {
        throw new IllegalArgumentException(
            "prelu learns a slope, and this layer has no place for its parameter");
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
  /** {@code x · sigmoid(1.702 x)}, as CLIP has it. */
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
   * {@return the activation that transformers calls so, empty where it is not known}
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
   * @param x of any shape
   * @throws IllegalArgumentException for {@link #PRELU}, which has a parameter
   */
  public Tensor apply(Tensor x) {
    return function.apply(x);
  }

  /**
   * {@return the activation of each value}
   *
   * @param s where its parameter is, if it has one
   * @param x of any shape
   */
  public Tensor apply(Scope s, Tensor x) {
    return this == PRELU
        ? s.run(() -> x.relu().minus(x.neg().relu().times(s.weight("weight", SLOPE, 1))))
        : apply(x);
  }
}
