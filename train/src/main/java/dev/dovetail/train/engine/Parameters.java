package dev.dovetail.train.engine;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Node;
import dev.dovetail.graph.Normalization;
import dev.dovetail.graph.Parameter;
import dev.dovetail.graph.Role;
import dev.dovetail.graph.Source;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.onnx.ParameterStore;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * The parameters of a network in training, by their names in checkpoints: weights, which have
 * gradients; running statistics and tables, which have none; and the step counts of batch norms.
 * The same parameters serve graphs of the network for all image sizes.
 */
public final class Parameters implements AutoCloseable {

  private static final String STEPS = "num_batches_tracked";

  private final Map<String, Parameter> declared = new LinkedHashMap<>();
  private final Map<String, Tensor> values = new LinkedHashMap<>();
  private final Map<String, Long> steps = new LinkedHashMap<>();
  private final Set<String> frozen = new LinkedHashSet<>();
  private final FloatType type;

  private Parameters(Graph graph, FloatType type) {
    this.type = type;
    graph.parameters().forEach(p -> declared.put(p.name(), p));
    for (Node node : graph.nodes()) {
      counter(node).ifPresent(name -> steps.put(name, 0L));
    }
  }

  /**
   * Initializes parameters like the reference implementation.
   *
   * @param graph the graph of the network
   * @param type the type of the parameters
   * @param seed the seed; the same seed produces the same values
   * @return the parameters, which the caller closes
   */
  public static Parameters initial(Graph graph, FloatType type, long seed) {
    Libtorch.load();
    Parameters all = new Parameters(graph, type);
    SplittableRandom random = new SplittableRandom(seed);
    for (Parameter p : graph.parameters()) {
      all.add(p, initial(p, random.split()));
    }
    return all;
  }

  private static TensorData initial(Parameter p, SplittableRandom random) {
    int[] dims = p.shape().dims();
    int n = Math.toIntExact(p.shape().elements());
    if (p.type().dtype().isFloat()) {
      float[] elements = new float[n];
      p.init().fill(FloatBuffer.wrap(elements), p.shape(), random);
      return TensorData.of(elements, dims);
    }
    if (!(p.init() instanceof Init.Constant constant)) {
      throw new IllegalArgumentException(
          "the table '" + p.name() + "' has no initial values; load it from a checkpoint");
    }
    ByteBuffer zeros = ByteBuffer.allocate(Math.multiplyExact(n, p.type().dtype().bytes()));
    if (constant.value() != 0) {
      throw new IllegalArgumentException(
          "the table '"
              + p.name()
              + "' starts at "
              + constant.value()
              + ", but only 0 is supported");
    }
    return TensorData.of(p.type(), zeros);
  }

  /**
   * Reads the values of the parameters from a checkpoint.
   *
   * @param graph the graph of the network
   * @param type the type of the parameters
   * @param store the values
   * @return the parameters, which the caller closes
   * @throws IOException if they cannot be read
   * @throws IllegalArgumentException if a parameter is missing
   */
  public static Parameters read(Graph graph, FloatType type, ParameterStore store)
      throws IOException {
    Libtorch.load();
    Parameters all = new Parameters(graph, type);
    for (Parameter p : graph.parameters()) {
      all.add(p, read(p, store));
    }
    return all;
  }

  private static TensorData read(Parameter p, ParameterStore store) throws IOException {
    DType as = p.type().dtype();
    ParameterStore.Location location = store.locate(p, as);
    if (location instanceof ParameterStore.Inline inline) {
      return TensorData.of(p.type(), inline.bytes().duplicate().order(ByteOrder.LITTLE_ENDIAN));
    }
    ParameterStore.InFile place = (ParameterStore.InFile) location;
    Path file = store.folder().map(f -> f.resolve(place.file())).orElse(Path.of(place.file()));
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(place.length()));
    try (FileChannel channel = FileChannel.open(file)) {
      while (bytes.hasRemaining()) {
        if (channel.read(bytes, place.offset() + bytes.position()) < 0) {
          throw new EOFException(file + " ends before the parameter '" + p.name() + "'");
        }
      }
    }
    return TensorData.of(p.type(), bytes.flip().order(ByteOrder.LITTLE_ENDIAN));
  }

  private void add(Parameter p, TensorData data) {
    Tensor value = Libtorch.kept(Tensors.of(data, type));
    if (p.role() == Role.WEIGHT) {
      value.set_requires_grad(true);
    }
    values.put(p.name(), value);
  }

  /** {@return the type of floating-point parameters} */
  public FloatType type() {
    return type;
  }

  /** {@return the names of all parameters, in the order of their use in the network} */
  public List<String> names() {
    return List.copyOf(values.keySet());
  }

  /**
   * {@return the names of trained weights, in the order of their use in the network; frozen weights
   * are excluded}
   */
  public List<String> weights() {
    List<String> names = new ArrayList<>();
    declared.forEach(
        (name, p) -> {
          if (p.role() == Role.WEIGHT && !isFrozen(name)) {
            names.add(name);
          }
        });
    return Collections.unmodifiableList(names);
  }

  /**
   * {@return the declaration of a parameter: its shape, role and initial values}
   *
   * @param name the name
   * @throws IllegalArgumentException if there is no such parameter
   */
  public Parameter parameter(String name) {
    return require(declared.get(name), name);
  }

  /**
   * {@return the value of a parameter, which these parameters own}
   *
   * @param name the name
   * @throws IllegalArgumentException if there is no such parameter
   */
  public Tensor value(String name) {
    return require(values.get(name), name);
  }

  private static <T> T require(@org.jspecify.annotations.Nullable T found, String name) {
    if (found == null) {
      throw new IllegalArgumentException("the network has no parameter '" + name + "'");
    }
    return found;
  }

  /**
   * {@return the gradient of a weight, which the caller closes; empty if no backward pass since
   * {@link #clearGradients} reached it}
   *
   * @param name the name
   */
  public Optional<Tensor> gradient(String name) {
    Tensor gradient = value(name).grad();
    if (gradient.defined()) {
      return Optional.of(gradient);
    }
    gradient.close();
    return Optional.empty();
  }

  /** Clears all gradients, so that the next backward pass does not add to them. */
  public void clearGradients() {
    try (PointerScope scope = new PointerScope()) {
      values.values().forEach(v -> v.mutable_grad().reset());
    }
  }

  /**
   * Returns the number of training steps of each batch norm, by its name in checkpoints ({@code
   * ….num_batches_tracked}).
   *
   * @return a copy
   */
  public Map<String, Long> steps() {
    return new LinkedHashMap<>(steps);
  }

  /**
   * Sets the number of training steps of batch norms.
   *
   * @param counts the numbers by name, as in {@link #steps}; other names are ignored
   */
  public void setSteps(Map<String, Long> counts) {
    steps.replaceAll((name, old) -> counts.getOrDefault(name, old));
  }

  /**
   * Freezes a part of the network. Its weights are removed from {@link #weights} and have no
   * gradients, so they are not updated and not subject to weight decay. In training steps the part
   * computes as in inference: batch norms use their running statistics without updating or
   * counting, and dropout is disabled. Must be called before optimizers and averages are created.
   *
   * @param prefix a name prefix that ends at a dot or the end of the name, such as {@code backbone}
   *     or {@code backbone.blocks.0}
   * @throws IllegalArgumentException if no parameter has the prefix
   */
  public void freeze(String prefix) {
    if (values.keySet().stream().noneMatch(name -> isBelow(name, prefix))) {
      throw new IllegalArgumentException(
          "no parameter's name begins with '" + prefix + "': it cannot be frozen");
    }
    frozen.add(prefix);
    values.forEach(
        (name, value) -> {
          if (isBelow(name, prefix)) {
            value.set_requires_grad(false);
          }
        });
  }

  /** {@return the prefixes that were passed to {@link #freeze}} */
  public List<String> frozen() {
    return List.copyOf(frozen);
  }

  private static boolean isBelow(String name, String prefix) {
    return name.startsWith(prefix)
        && (name.length() == prefix.length() || name.charAt(prefix.length()) == '.');
  }

  private boolean isFrozen(String name) {
    return !frozen.isEmpty() && frozen.stream().anyMatch(prefix -> isBelow(name, prefix));
  }

  /**
   * Returns whether a node is in a frozen part. A batch norm is identified by the name of its
   * statistics.
   */
  boolean isFrozen(Node node) {
    return !frozen.isEmpty() && isFrozen(counter(node).orElse(node.scope()));
  }

  /** Counts a training step of a node if it is a batch norm. */
  void count(Node node) {
    counter(node).ifPresent(name -> steps.merge(name, 1L, Long::sum));
  }

  /** Returns the name of the step count of a batch norm, which is next to its running mean. */
  private static Optional<String> counter(Node node) {
    if (node.op() instanceof Normalization.BatchNorm
        && node.inputs().get(3).node().op() instanceof Source.Weight mean) {
      String name = mean.parameter().name();
      return Optional.of(name.substring(0, name.lastIndexOf('.') + 1) + STEPS);
    }
    return Optional.empty();
  }

  /** {@return a copy of all values by name} */
  public Map<String, TensorData> copy() {
    Map<String, TensorData> all = new LinkedHashMap<>();
    values.forEach((name, value) -> all.put(name, Tensors.data(value)));
    return all;
  }

  /**
   * Sets the value of a parameter.
   *
   * @param name the name
   * @param data the value, with the parameter's type and shape
   * @throws IllegalArgumentException if there is no such parameter, or it has another type or shape
   */
  public void set(String name, TensorData data) {
    Parameter p = parameter(name);
    if (!p.type().equals(data.type())) {
      throw new IllegalArgumentException(
          "the parameter '" + name + "' is " + p.type() + ", but the value is " + data.type());
    }
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      value(name).copy_(Tensors.of(data, type));
    }
  }

  @Override
  public void close() {
    values.values().forEach(Tensor::close);
    values.clear();
  }
}
