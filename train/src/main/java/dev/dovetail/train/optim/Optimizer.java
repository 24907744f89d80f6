package dev.dovetail.train.optim;

import dev.dovetail.train.engine.Parameters;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** Changes parameters by their gradients. Parameters without a gradient stay as they are. */
public interface Optimizer extends AutoCloseable {

  /**
   * Takes one step. Gradients are left as they are.
   *
   * @param parameters with their gradients
   * @param rates the learning rate of each group, in the order of {@link #groups}
   */
  void step(Parameters parameters, double... rates);

  /** {@return the parameters that are updated alike} */
  List<ParameterGroup> groups();

  /**
   * {@return what is kept from step to step, by the parameter's name, a dot and a word, such as
   * {@code norm.weight.exp_avg}: a checkpoint has it beside the parameters. The tensors stay owned
   * by this}
   */
  Map<String, Tensor> state();

  /**
   * Replaces the state by that of another optimizer of this kind.
   *
   * @param state as {@link #state} gave it, each tensor of its parameter's shape and a single whole
   *     number for a count; the tensors become this optimizer's, which closes them
   * @throws IllegalArgumentException if it has something that this optimizer does not keep, or
   *     lacks a part of what is kept of a parameter; then nothing has changed
   */
  void restore(Map<String, Tensor> state);

  @Override
  void close();
}
