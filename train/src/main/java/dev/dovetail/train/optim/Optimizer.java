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
   * {@return what is kept from step to step, by name: a checkpoint has it beside the parameters}
   */
  Map<String, Tensor> state();

  @Override
  void close();
}
