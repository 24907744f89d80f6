package dev.dovetail.heads.queries;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.nn.Norms;

/**
 * A decoder like DETR's (Carion et al. 2020): queries are initialized with zeros and pass through
 * {@code layers} and a norm, {@code layernorm}.
 *
 * @param layers number of layers
 * @param normBetween whether the norm also follows each layer (transformers' {@code
 *     auxiliary_loss})
 */
public record DenseDecoder(int layers, boolean normBetween) {

  /**
   * Applies the layers to the queries.
   *
   * @param s the decoder's scope
   * @param shape batch, queries and width of the result
   * @param layer a layer for queries [batch, queries, width]
   * @return [batch, queries, width]
   */
  public Tensor apply(Scope s, int[] shape, Scope.Layer<Tensor> layer) {
    int width = shape[2];
    Tensor start = s.constant(TensorData.of(new float[width], 1, 1, width)).expand(shape);
    Tensor end =
        s.at("layers")
            .fold(
                0,
                layers,
                start,
                (l, x, i) -> {
                  Tensor y = layer.apply(l, x, i);
                  return normBetween ? norm(s, y) : y;
                });
    return norm(s, end);
  }

  /**
   * Applies the norm after the decoder.
   *
   * @param s the decoder's scope
   * @param x [batch, queries, width]
   * @return the normalized queries
   */
  public static Tensor norm(Scope s, Tensor x) {
    return Norms.layerNorm(s.at("layernorm"), x, DenseTransformer.EPSILON);
  }
}
