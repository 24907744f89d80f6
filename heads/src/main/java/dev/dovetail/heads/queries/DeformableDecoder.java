package dev.dovetail.heads.queries;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.ReferencePoints;
import dev.dovetail.heads.queries.DeformableDecoderLayer.Memory;
import java.util.ArrayList;
import java.util.List;

/**
 * Layers that queries go through one after another, each with a reference: a point or a box, which
 * a layer's result may refine (Zhu et al. 2021, appendix A.4).
 *
 * @param layer what each layer does, {@code layers.0}, {@code layers.1}, …
 * @param layers how many
 */
public record DeformableDecoder(Layer layer, int layers) {

  /** One layer. */
  @FunctionalInterface
  public interface Layer {

    /**
     * Applies the layer.
     *
     * @param s where its parameters are
     * @param x the queries [batch, n, width]
     * @param position added to them where attention is computed: [batch or 1, n, width]
     * @param references around what each samples
     * @param memory the maps
     * @return [batch, n, width]
     */
    Tensor apply(Scope s, Tensor x, Tensor position, ReferencePoints references, Memory memory);
  }

  /** What becomes of the references, which is where detectors differ. */
  public interface Refinement {

    /**
     * What is added to the queries where attention is computed.
     *
     * @param references [batch, n, 2 or 4]
     * @return [batch or 1, n, width]
     */
    Tensor position(Tensor references);

    /**
     * Around what the queries sample.
     *
     * @param references [batch, n, 2 or 4]
     */
    ReferencePoints around(Tensor references);

    /**
     * The references after a layer.
     *
     * @param layer its number
     * @param x its result [batch, n, width]
     * @param references those before it [batch, n, 2 or 4]
     * @return [batch, n, 2 or 4]
     */
    Tensor refined(int layer, Tensor x, Tensor references);
  }

  /**
   * The queries between two layers.
   *
   * @param queries [batch, n, width]
   * @param references [batch, n, 2 or 4]
   */
  public record State(Tensor queries, Tensor references) {}

  /**
   * {@return the queries after each layer}
   *
   * @param s where {@code layers} are
   * @param start the queries before the first
   * @param refinement what becomes of the references
   * @param memory what the layers look at
   */
  public List<State> apply(Scope s, State start, Refinement refinement, Memory memory) {
    List<State> states = new ArrayList<>();
    s.at("layers")
        .fold(
            0,
            layers,
            start,
            (l, state, i) -> {
              Tensor references = state.references();
              Tensor x =
                  layer.apply(
                      l,
                      state.queries(),
                      refinement.position(references),
                      refinement.around(references),
                      memory);
              State next = new State(x, refinement.refined(i, x, references));
              states.add(next);
              return next;
            });
    return states;
  }
}
