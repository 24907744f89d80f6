package dev.dovetail.heads.queries;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.heads.queries.DeformableDecoder.State;
import java.util.List;

/** Stacks the outputs of all layers of a decoder, with transformers' names. */
public final class Stacks {

  private Stacks() {}

  /**
   * {@return tensors of the same shape [batch, ...] along a new axis: [batch, layers, ...]}
   *
   * @param layers the outputs of the layers
   */
  public static Tensor of(List<Tensor> layers) {
    return Tensor.concat(1, layers.stream().map(x -> x.unsqueeze(1)).toList());
  }

  /**
   * Taps {@code last_hidden_state}, {@code intermediate_hidden_states} and {@code
   * intermediate_reference_points}.
   *
   * @param root the root scope of the model
   * @param states the state after each layer
   */
  public static void tap(Scope root, List<State> states) {
    root.tap("last_hidden_state", states.get(states.size() - 1).queries());
    root.tap("intermediate_hidden_states", of(states.stream().map(State::queries).toList()));
    root.tap("intermediate_reference_points", of(states.stream().map(State::references).toList()));
  }
}
