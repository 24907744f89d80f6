package dev.dovetail.train.optim;

import dev.dovetail.train.engine.Libtorch;
import dev.dovetail.train.engine.Parameters;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * The exponential moving average of parameters during training, {@code average ← decay · average +
 * (1 - decay) · value} (Polyak and Juditsky 1992). It often predicts better than the final values.
 */
public final class MovingAverage implements AutoCloseable {

  private final Map<String, Tensor> averages = new LinkedHashMap<>();

  /**
   * Creates an average that starts with the current values.
   *
   * @param parameters the parameters of a network
   * @param names the names to average: {@link Parameters#weights} as in mmcv, or {@link
   *     Parameters#names} as in timm
   */
  public MovingAverage(Parameters parameters, List<String> names) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      for (String name : names) {
        Tensor copy = parameters.value(name).detach().clone(new MemoryFormatOptional());
        averages.put(name, Libtorch.kept(copy));
      }
    }
  }

  /**
   * Updates the average after a step.
   *
   * @param parameters the parameters of the same network
   * @param decay the weight of the old average
   */
  public void update(Parameters parameters, double decay) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      averages.forEach(
          (name, average) -> {
            Tensor value = parameters.value(name);
            if (value.is_floating_point()) {
              average.mul_(new Scalar(decay)).add_(value, new Scalar(1 - decay));
            } else {
              average.copy_(value);
            }
          });
    }
  }

  /** {@return the names of the averaged parameters} */
  public Set<String> names() {
    return Collections.unmodifiableSet(averages.keySet());
  }

  /**
   * {@return the average of a parameter, which this object owns}
   *
   * @param name the name
   * @throws IllegalArgumentException if the parameter is not averaged
   */
  public Tensor value(String name) {
    Tensor average = averages.get(name);
    if (average == null) {
      throw new IllegalArgumentException("'" + name + "' is not averaged");
    }
    return average;
  }

  /** Replaces parameters by their averages until it is closed. */
  public interface Exchange extends AutoCloseable {

    /** Restores the parameters. */
    @Override
    void close();
  }

  /**
   * Swaps parameters and averages, to evaluate the averages: {@code try (Exchange averaged =
   * average.exchange(parameters)) { … }}. No step may be taken in the meantime.
   *
   * @param parameters the parameters of the same network
   * @return swaps them back when it is closed
   */
  public Exchange exchange(Parameters parameters) {
    swap(parameters);
    return () -> swap(parameters);
  }

  private void swap(Parameters parameters) {
    try (NoGradGuard guard = new NoGradGuard()) {
      averages.forEach(
          (name, average) -> {
            try (PointerScope scope = new PointerScope()) {
              Tensor value = parameters.value(name);
              Tensor before = value.clone(new MemoryFormatOptional());
              value.copy_(average);
              average.copy_(before);
            }
          });
    }
  }

  @Override
  public void close() {
    averages.values().forEach(Tensor::close);
    averages.clear();
  }
}
