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
 * The moving average of parameters over the steps of a training, {@code average ← decay · average +
 * (1 - decay) · value} (Polyak and Juditsky 1992), which often predicts better than the last
 * values.
 */
public final class MovingAverage implements AutoCloseable {

  private final Map<String, Tensor> averages = new LinkedHashMap<>();

  /**
   * Starts with the parameters as they are.
   *
   * @param parameters of a network
   * @param names those that are averaged: {@link Parameters#weights} as mmcv does, or {@link
   *     Parameters#names} as timm does
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
   * Takes in the parameters after a step.
   *
   * @param parameters the same network's
   * @param decay how much of the average stays
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

  /** {@return the names of the parameters that are averaged} */
  public Set<String> names() {
    return Collections.unmodifiableSet(averages.keySet());
  }

  /**
   * {@return the average of a parameter, which stays owned by this}
   *
   * @param name its name
   * @throws IllegalArgumentException if it is not averaged
   */
  public Tensor value(String name) {
    Tensor average = averages.get(name);
    if (average == null) {
      throw new IllegalArgumentException("'" + name + "' is not averaged");
    }
    return average;
  }

  /** The averages in the parameters' place, until it is closed. */
  public interface Exchange extends AutoCloseable {

    /** Puts the parameters back. */
    @Override
    void close();
  }

  /**
   * Exchanges parameters and averages, for an evaluation of the averages: {@code try (Exchange
   * averaged = average.exchange(parameters)) { … }}. No step may be taken meanwhile.
   *
   * @param parameters the same network's
   * @return what exchanges them again when it is closed
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
