package dev.dovetail.graph;

import dev.dovetail.core.DType;
import dev.dovetail.core.IgnoredKeys;
import dev.dovetail.core.ParameterSpec;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * A node in a model's tree of parameters. Requesting a parameter declares it under the dotted name
 * in published checkpoints. Repeated requests return the same parameter.
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

  /** {@return the trace that records this scope} */
  public Trace trace() {
    return trace;
  }

  /**
   * {@return whether the model is traced for training, including heads that are used only in
   * training}
   */
  public boolean training() {
    return trace.training();
  }

  /**
   * {@return the child scope {@code name}; dots separate several levels}
   *
   * @param name one name, or several separated by dots
   */
  public Scope at(String name) {
    return new Scope(trace, join(name));
  }

  /**
   * {@return the scope of the layer {@code index} in a list of layers}
   *
   * @param index the index, from 0
   */
  public Scope at(int index) {
    return at(Integer.toString(index));
  }

  /**
   * Runs {@code body} in the child scope {@code name}; see {@link #run}.
   *
   * @param <T> the result type of {@code body}
   * @param name one name, or several separated by dots
   * @param body records the operations
   * @return the result of {@code body}
   */
  public <T> T in(String name, Function<Scope, T> body) {
    Scope child = at(name);
    return child.run(() -> body.apply(child));
  }

  /**
   * Runs {@code body} in the scope of the layer {@code index} in a list of layers; see {@link
   * #run}.
   *
   * @param <T> the result type of {@code body}
   * @param index the index, from 0
   * @param body records the operations
   * @return the result of {@code body}
   */
  public <T> T in(int index, Function<Scope, T> body) {
    return in(Integer.toString(index), body);
  }

  /** One layer of a list, which is applied in its own scope. */
  @FunctionalInterface
  public interface Layer<T> {
    /**
     * Applies the layer.
     *
     * @param s the scope of the layer
     * @param x the output of the previous layer
     * @param index the layer's index in the list, from 0
     * @return the output of the layer
     */
    T apply(Scope s, T x, int index);
  }

  /**
   * Applies layers {@code from} (inclusive) to {@code to} (exclusive) of a list in sequence, each
   * in the scope of its index; see {@link #run}.
   *
   * @param <T> the type of the layers' inputs and outputs
   * @param from the first layer, counted from 0
   * @param to the layer after the last
   * @param x the input of the first layer
   * @param layer applies one layer
   * @return the output of the last layer; {@code x} if there are no layers
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
   * Runs {@code body} so that its operations have this scope's name in errors, profiles and costs.
   * If it returns a tensor, that is the scope's output, which can be tapped.
   *
   * @param <T> the result type of {@code body}
   * @param body records the operations
   * @return the result of {@code body}
   */
  public <T> T run(Supplier<T> body) {
    T result = trace.within(path, body);
    if (result instanceof Tensor value) {
      trace.value(path, value);
    }
    return result;
  }

  /**
   * Runs {@code body} so that its operations compute in float32, regardless of the graph's
   * precision.
   *
   * @param <T> the result type of {@code body}
   * @param body records the operations
   * @return the result of {@code body}
   */
  public <T> T float32(Supplier<T> body) {
    return trace.inFloat32(body);
  }

  /**
   * Names an intermediate value, so that it can be tapped, and returns it.
   *
   * @param name the name in this scope
   * @param value the value
   * @return the value
   */
  public Tensor tap(String name, Tensor value) {
    trace.value(join(name), value);
    return value;
  }

  /**
   * Names an intermediate value like {@link #tap}, and declares that it must be finite, since the
   * results are meaningless otherwise. Examples are scores before the maximum and box deltas before
   * filtering. A run reports the value if it contains NaN or infinite numbers.
   *
   * @param name the name in this scope
   * @param value the value
   * @return the value
   */
  public Tensor finite(String name, Tensor value) {
    Tensor nonFinite =
        float32(
            () ->
                value
                    .reshape(-1)
                    .abs()
                    .less(Double.POSITIVE_INFINITY)
                    .not()
                    .cast(DType.FLOAT32)
                    .sum(0, true));
    trace.finite(join(name), nonFinite);
    return tap(name, value);
  }

  /**
   * Dropout: in training, drops random elements and divides the others by the keep probability
   * (Srivastava et al. 2014; PyTorch's {@code Dropout}).
   *
   * @param x any shape
   * @param rate the drop probability
   * @return the shape of x; x itself outside training
   */
  public Tensor dropElements(Tensor x, double rate) {
    return drop(x, rate, Elementwise.Unit.ELEMENT);
  }

  /**
   * Channel dropout: in training, drops whole channels of random samples and divides the others by
   * the keep probability (Tompson et al. 2015; PyTorch's {@code Dropout2d}).
   *
   * @param x [batch, channels, ...]
   * @param rate the drop probability
   * @return the shape of x; x itself outside training
   */
  public Tensor dropChannels(Tensor x, double rate) {
    return drop(x, rate, Elementwise.Unit.CHANNEL);
  }

  /**
   * Stochastic depth (Huang et al. 2016): in training, drops a residual branch of random samples at
   * the training's rate.
   *
   * @param branch [batch, ...], before it is added
   * @return the shape of the branch; the branch itself outside training
   */
  public Tensor dropPath(Tensor branch) {
    return dropPath(branch, 1);
  }

  /**
   * Stochastic depth at a fraction of the training's rate, which usually increases linearly from 0
   * in the first layer to 1 in the last.
   *
   * @param branch [batch, ...], before it is added
   * @param share the fraction, from 0 to 1
   * @return the shape of the branch; the branch itself outside training
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
   * {@return a learned float32 parameter}
   *
   * @param name the name in this scope
   * @param init its initial values without a checkpoint
   * @param dims its extents
   * @throws ShapeException if the name was already requested with another shape, role or
   *     initialization
   */
  public Tensor weight(String name, Init init, int... dims) {
    return parameter(name, DType.FLOAT32, Role.WEIGHT, init, dims);
  }

  /**
   * {@return a float32 array or index table with another role}
   *
   * @param name the name in this scope
   * @param dtype its element type
   * @param role its purpose
   * @param init its initial values without a checkpoint
   * @param dims its extents
   */
  public Tensor parameter(String name, DType dtype, Role role, Init init, int... dims) {
    return trace.parameter(new Parameter(ParameterSpec.of(join(name), dtype, dims), role, init));
  }

  /**
   * Declares a weight that exists in the published model but is never used. It counts as a
   * parameter; checkpoints may lack it.
   *
   * @param name the name in this scope
   * @param reason for reports, such as "the levels do not attend to each other"
   * @param dims its extents
   */
  public void unread(String name, String reason, int... dims) {
    ignoreKeys(name, reason);
    parameter(name, DType.FLOAT32, Role.UNREAD, Init.zeros(), dims);
  }

  /**
   * Declares a key in this scope that checkpoints contain but the model does not use.
   *
   * @param name a dotted name; {@code *} matches any text, including dots
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
