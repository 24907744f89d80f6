package dev.dovetail.heads.queries;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.nn.Norms;

/**
 * A decoder like DETR's (Carion et al. 2020): queries that begin with zeros go through {@code
 * layers} and a norm, {@code layernorm}.
 *
 * @param layers how many
 * @param normBetween whether the norm also follows each of the layers (transformers' {@code
 *     auxiliary_loss})
 */
public record DenseDecoder(int layers, boolean normBetween) {

  /**
   * What the layers make of the queries.
   *
   * @param s the decoder's scope
   * @param shape batch, queries and width of the result
   * @param layer of queries [batch, queries, width]
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
   * The norm of queries after the decoder.
   *
   * @param s the decoder's scope
   * @param x [batch, queries, width]
   * @return of the shape of x
   */
  public static Tensor norm(Scope s, Tensor x) {
    return Norms.layerNorm(s.at("layernorm"), x, DenseTransformer.EPSILON);
  }
}
