package dev.dovetail.heads.queries;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.ReferencePoints;
import dev.dovetail.heads.queries.DeformableDecoderLayer.Memory;
import java.util.ArrayList;
import java.util.List;

/**
 * A sequence of decoder layers. Each query has a reference, a point or a box, which every layer may
 * refine (Zhu et al. 2021, appendix A.4).
 *
 * @param layer the layers {@code layers.0}, {@code layers.1}, …
 * @param layers number of layers
 */
public record DeformableDecoder(Layer layer, int layers) {

  /** A decoder layer. */
  @FunctionalInterface
  public interface Layer {

    /**
     * Applies the layer.
     *
     * @param s the scope of its parameters
     * @param x the queries [batch, n, width]
     * @param position position embedding that is added in the attention: [batch or 1, n, width]
     * @param references the sampling references of the queries
     * @param memory the maps
     * @return [batch, n, width]
     */
    Tensor apply(Scope s, Tensor x, Tensor position, ReferencePoints references, Memory memory);
  }

  /** The update of the references, in which detectors differ. */
  public interface Refinement {

    /**
     * Computes the position embedding of the queries.
     *
     * @param references [batch, n, 2 or 4]
     * @return [batch or 1, n, width]
     */
    Tensor position(Tensor references);

    /**
     * Returns the sampling references of the queries.
     *
     * @param references [batch, n, 2 or 4]
     */
    ReferencePoints around(Tensor references);

    /**
     * Updates the references after a layer.
     *
     * @param layer index of the layer
     * @param x the result of the layer [batch, n, width]
     * @param references the references before the layer [batch, n, 2 or 4]
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
   * @param s the scope that contains {@code layers}
   * @param start the queries before the first layer
   * @param refinement the update of the references
   * @param memory the maps that the layers attend to
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
