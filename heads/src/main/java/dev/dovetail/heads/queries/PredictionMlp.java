package dev.dovetail.heads.queries;

import static dev.dovetail.graph.nn.Linear.linear;

import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Activation;

/**
 * The MLP of DETR's family: linear layers {@code layers.0}, {@code layers.1}, … with an activation
 * between them.
 *
 * @param hidden channels between the layers
 * @param out channels of the result
 * @param layers number of layers
 * @param activation activation between the layers
 */
public record PredictionMlp(int hidden, int out, int layers, Activation activation) {

  private static final Init XAVIER = new Init.XavierUniform();

  /**
   * Creates an MLP with ReLU between the layers.
   *
   * @param hidden channels between the layers
   * @param out channels of the result
   * @param layers number of layers
   */
  public PredictionMlp(int hidden, int out, int layers) {
    this(hidden, out, layers, Activation.RELU);
  }

  /**
   * {@return the usual box predictor with three layers}
   *
   * @param width width of the queries
   */
  public static PredictionMlp ofBox(int width) {
    return new PredictionMlp(width, 4, 3);
  }

  /**
   * Applies the layers.
   *
   * @param s the scope of its parameters
   * @param x [..., width]
   * @return [..., out]
   */
  public Tensor apply(Scope s, Tensor x) {
    Scope layer = s.at("layers");
    return s.run(
        () -> {
          Tensor y = x;
          for (int i = 0; i < layers - 1; i++) {
            y = activation.apply(linear(layer.at(i), y, hidden, XAVIER, Init.zeros()));
          }
          return linear(layer.at(layers - 1), y, out, XAVIER, Init.zeros());
        });
  }
}
