package dev.dovetail.graph.nn;

import static dev.dovetail.graph.nn.Linear.linear;

import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import java.util.Optional;

/**
 * Multi-head attention with its projections (Vaswani et al. 2017, section 3.2.2), which have
 * transformers' names {@code q_proj}, {@code k_proj}, {@code v_proj} and {@code out_proj}.
 *
 * @param heads a divisor of the width
 */
public record MultiHeadAttention(int heads) {

  private static final Init XAVIER = new Init.XavierUniform();

  /**
   * Attends to all keys.
   *
   * @param s the scope of its parameters
   * @param query [batch, n, width]
   * @param key [batch, m, width]
   * @param value [batch, m, width]
   * @return [batch, n, width]
   */
  public Tensor apply(Scope s, Tensor query, Tensor key, Tensor value) {
    return apply(s, query, key, value, Optional.empty());
  }

  /**
   * Attends to the keys with a bias.
   *
   * @param s the scope of its parameters
   * @param query [batch, n, width]
   * @param key [batch, m, width]
   * @param value [batch, m, width]
   * @param bias added to the scaled products: [batch or 1, heads or 1, n or 1, m]
   * @return [batch, n, width]
   */
  public Tensor apply(Scope s, Tensor query, Tensor key, Tensor value, Optional<Tensor> bias) {
    return s.run(
        () -> {
          int width = query.dim(2);
          Tensor q = linear(s.at("q_proj"), query, width, XAVIER, Init.zeros());
          Tensor k = linear(s.at("k_proj"), key, width, XAVIER, Init.zeros());
          Tensor v = linear(s.at("v_proj"), value, width, XAVIER, Init.zeros());
          Tensor mixed =
              bias.map(b -> Attention.multiHead(q, k, v, b, heads))
                  .orElseGet(() -> Attention.multiHead(q, k, v, heads));
          return linear(s.at("out_proj"), mixed, width, XAVIER, Init.zeros());
        });
  }
}
