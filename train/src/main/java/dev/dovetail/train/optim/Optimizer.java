package dev.dovetail.train.optim;

import dev.dovetail.train.engine.Parameters;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** Updates parameters based on their gradients. Parameters without a gradient are unchanged. */
public interface Optimizer extends AutoCloseable {

  /**
   * Takes one step. The gradients are not modified.
   *
   * @param parameters the parameters with their gradients
   * @param rates the learning rate of each group, in the order of {@link #groups}
   */
  void step(Parameters parameters, double... rates);

  /** {@return the parameter groups} */
  List<ParameterGroup> groups();

  /**
   * {@return the state tensors to save in a checkpoint, by the parameter's name, a dot and the name
   * of the slot, such as {@code norm.weight.exp_avg}. The optimizer owns them}
   */
  Map<String, Tensor> state();

  /**
   * Replaces the state by that of another optimizer of this type.
   *
   * @param state the tensors as in {@link #state}: each has its parameter's shape, or is an integer
   *     scalar for a count; this optimizer takes ownership of them
   * @throws IllegalArgumentException if a tensor is unknown to this optimizer, or the state of a
   *     parameter is incomplete; the state is then unchanged
   */
  void restore(Map<String, Tensor> state);

  @Override
  void close();
}
