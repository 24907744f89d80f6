package dev.dovetail.graph;

import dev.dovetail.core.DType;
import dev.dovetail.core.IgnoredKeys;
import dev.dovetail.core.ParameterSpec;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * A place in a model's tree of parameters. Asking for a parameter declares it under the dotted name
 * that the published checkpoints use; asking twice gives the same one.
 */
public final class Scope {

  private final Trace trace;
  private final String path;

  Scope(Trace trace, String path) {
    this.trace = trace;
    this.path = path;
  }

  /** {@return the dotted path; empty at the root} */
  public String path() {
    return path;
  }

  /** {@return the trace that this scope writes to} */
  public Trace trace() {
    return trace;
  }

  /** {@return whether the model is traced for training, with heads that only training uses} */
  public boolean training() {
    return trace.training();
  }

  /**
   * {@return the scope {@code name} below this one; dots go down several levels}
   *
   * @param name one name, or several with dots between
   */
  public Scope at(String name) {
    return new Scope(trace, join(name));
  }

  /**
   * {@return the scope of the element {@code index} of a list of layers}
   *
   * @param index counted from 0
   */
  public Scope at(int index) {
    return at(Integer.toString(index));
  }

  /**
   * Runs {@code body} in the scope {@code name} below this one: see {@link #run}.
   *
   * @param <T> what {@code body} gives
   * @param name one name, or several with dots between
   * @param body makes the operations
   * @return what {@code body} gives
   */
  public <T> T in(String name, Function<Scope, T> body) {
    Scope child = at(name);
    return child.run(() -> body.apply(child));
  }

  /**
   * Runs {@code body} in the element {@code index} of a list of layers: see {@link #run}.
   *
   * @param <T> what {@code body} gives
   * @param index counted from 0
   * @param body makes the operations
   * @return what {@code body} gives
   */
  public <T> T in(int index, Function<Scope, T> body) {
    return in(Integer.toString(index), body);
  }

  /** One layer of a list: what it makes of a value, in its own scope. */
  @FunctionalInterface
  public interface Layer<T> {
    /**
     * Applies the layer.
     *
     * @param s the scope of the layer
     * @param x what the layer before gave
     * @param index the layer's place in the list, counted from 0
     * @return what the layer gives
     */
    T apply(Scope s, T x, int index);
  }

  /**
   * Runs layers {@code from} (inclusive) to {@code to} (exclusive) of a list one after another,
   * each in the scope of its index: see {@link #run}.
   *
   * @param <T> what goes through the layers
   * @param from the first layer, counted from 0
   * @param to the layer after the last
   * @param x the input of the first
   * @param layer what each does
   * @return what the last gives; {@code x} if there is none
   */
  public <T> T fold(int from, int to, T x, Layer<T> layer) {
    T value = x;
    for (int i = from; i < to; i++) {
      int index = i;
      T in = value;
      value = in(index, s -> layer.apply(s, in, index));
    }
    return value;
  }

  /**
   * Runs {@code body} so that its operations carry this scope's name, in errors, profiles and
   * costs. If it gives a tensor, that is the scope's value, which can be tapped.
   *
   * @param <T> what {@code body} gives
   * @param body makes the operations
   * @return what {@code body} gives
   */
  public <T> T run(Supplier<T> body) {
    T result = trace.within(path, body);
    if (result instanceof Tensor value) {
      trace.value(path, value);
    }
    return result;
  }

  /**
   * Runs {@code body} so that its operations compute in float32 in a graph of any precision.
   *
   * @param <T> what {@code body} gives
   * @param body makes the operations
   * @return what {@code body} gives
   */
  public <T> T float32(Supplier<T> body) {
    return trace.inFloat32(body);
  }

  /**
   * Names an intermediate value, so that it can be tapped, and gives it back.
   *
   * @param name below this scope
   * @param value the value
   * @return the value
   */
  public Tensor tap(String name, Tensor value) {
    trace.value(join(name), value);
    return value;
  }

  /**
   * Names an intermediate value as {@link #tap} does, of which results mean nothing unless it is
   * finite: scores before the largest is taken, corrections of boxes before some are left out. Who
   * runs the graph is told if it holds NaN or an infinite number.
   *
   * @param name below this scope
   * @param value the value
   * @return the value
   */
  public Tensor finite(String name, Tensor value) {
    Tensor odd =
        float32(
            () ->
                value
                    .reshape(-1)
                    .abs()
                    .less(Double.POSITIVE_INFINITY)
                    .not()
                    .cast(DType.FLOAT32)
                    .sum(0, true));
    trace.finite(join(name), odd);
    return tap(name, value);
  }

  /**
   * Drops random elements in training, and divides the others by the share kept (Srivastava et al.
   * 2014; PyTorch's {@code Dropout}).
   *
   * @param x of any shape
   * @param rate the share dropped
   * @return of the shape of x; x itself outside training
   */
  public Tensor dropElements(Tensor x, double rate) {
    return drop(x, rate, Elementwise.Unit.ELEMENT);
  }

  /**
   * Drops whole channels of random samples in training, and divides the others by the share kept
   * (Tompson et al. 2015; PyTorch's {@code Dropout2d}).
   *
   * @param x [batch, channels, ...]
   * @param rate the share dropped
   * @return of the shape of x; x itself outside training
   */
  public Tensor dropChannels(Tensor x, double rate) {
    return drop(x, rate, Elementwise.Unit.CHANNEL);
  }

  /**
   * Drops a residual branch of random samples in training, at the rate that the training asks for
   * (stochastic depth, Huang et al. 2016).
   *
   * @param branch [batch, ...], before it is added
   * @return of the shape of the branch; the branch itself outside training
   */
  public Tensor dropPath(Tensor branch) {
    return dropPath(branch, 1);
  }

  /**
   * The same at a part of the rate, which usually grows evenly from 0 in the first layer to 1 in
   * the last.
   *
   * @param branch [batch, ...], before it is added
   * @param share the part, from 0 to 1
   * @return of the shape of the branch; the branch itself outside training
   */
  public Tensor dropPath(Tensor branch, double share) {
    return drop(branch, trace.dropPath() * share, Elementwise.Unit.SAMPLE);
  }

  private Tensor drop(Tensor x, double rate, Elementwise.Unit unit) {
    return training() && rate > 0
        ? trace.within(path, () -> x.apply(new Elementwise.Dropout(rate, unit)))
        : x;
  }

  /**
   * {@return a learned float32 array}
   *
   * @param name below this scope
   * @param init its values where no checkpoint has any
   * @param dims its extents
   * @throws ShapeException if the name was asked for with another shape, role or initialisation
   */
  public Tensor weight(String name, Init init, int... dims) {
    return parameter(name, DType.FLOAT32, Role.WEIGHT, init, dims);
  }

  /**
   * {@return a float32 array or index table of another role}
   *
   * @param name below this scope
   * @param dtype its element type
   * @param role what it is for
   * @param init its values where no checkpoint has any
   * @param dims its extents
   */
  public Tensor parameter(String name, DType dtype, Role role, Init init, int... dims) {
    return trace.parameter(new Parameter(ParameterSpec.of(join(name), dtype, dims), role, init));
  }

  /**
   * Declares a weight that the published model has and never reads. It counts as a parameter;
   * checkpoints may have it or not.
   *
   * @param name below this scope
   * @param reason for reports, such as "the levels do not attend to each other"
   * @param dims its extents
   */
  public void unread(String name, String reason, int... dims) {
    ignoreKeys(name, reason);
    parameter(name, DType.FLOAT32, Role.UNREAD, Init.zeros(), dims);
  }

  /**
   * Declares a key below this scope that checkpoints have and the model does not use.
   *
   * @param name a dotted name; {@code *} stands for anything, dots included
   * @param reason for reports, such as "counts training steps"
   */
  public void ignoreKeys(String name, String reason) {
    String regex = Pattern.quote(join(name)).replace("*", "\\E.*\\Q");
    trace.ignoreKeys(new IgnoredKeys(Pattern.compile(regex), reason));
  }

  /**
   * {@return a float32 constant of rank 1}
   *
   * @param values the elements
   */
  public Tensor constant(float... values) {
    return trace.constant(TensorData.of(values, values.length));
  }

  /**
   * {@return an int64 constant of rank 1}
   *
   * @param values the elements
   */
  public Tensor constant(long... values) {
    return trace.constant(TensorData.of(values, values.length));
  }

  /**
   * {@return a constant}
   *
   * @param data its elements
   */
  public Tensor constant(TensorData data) {
    return trace.constant(data);
  }

  private String join(String name) {
    return path.isEmpty() ? name : name.isEmpty() ? path : path + "." + name;
  }
}
