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
 * The parameters of a network while it is trained, by the names of its checkpoints: weights, which
 * have gradients, running statistics and tables, which have none, and the steps that each batch
 * norm has counted. One set serves graphs of the network for any sizes of images.
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
   * Parameters as the reference implementation initialises them.
   *
   * @param graph of the network
   * @param type the width in which they are kept
   * @param seed the same seed gives the same values
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
          "the table '" + p.name() + "' has no initial values; it needs a checkpoint");
    }
    ByteBuffer zeros = ByteBuffer.allocate(Math.multiplyExact(n, p.type().dtype().bytes()));
    if (constant.value() != 0) {
      throw new IllegalArgumentException(
          "the table '" + p.name() + "' starts at " + constant.value() + ", and only 0 is known");
    }
    return TensorData.of(p.type(), zeros);
  }

  /**
   * Parameters with the values of a checkpoint.
   *
   * @param graph of the network
   * @param type the width in which they are kept
   * @param store where the values are
   * @return the parameters, which the caller closes
   * @throws IOException if they cannot be read
   * @throws IllegalArgumentException if one is missing
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

  /** {@return the width in which floating-point values are kept} */
  public FloatType type() {
    return type;
  }

  /** {@return the names of all, in the order in which the network asks for them} */
  public List<String> names() {
    return List.copyOf(values.keySet());
  }

  /**
   * {@return the names of those that are learned, in the order in which the network asks for them;
   * without those that are frozen}
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
   * {@return what is declared of a parameter: its shape, role and initial values}
   *
   * @param name its name
   * @throws IllegalArgumentException if there is none of this name
   */
  public Parameter parameter(String name) {
    return require(declared.get(name), name);
  }

  /**
   * {@return the value of a parameter, which stays owned by this}
   *
   * @param name its name
   * @throws IllegalArgumentException if there is none of this name
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
   * {@return the gradient of a weight, which the caller closes; empty if the last backward pass
   * since {@link #clearGradients} did not reach it}
   *
   * @param name its name
   */
  public Optional<Tensor> gradient(String name) {
    Tensor gradient = value(name).grad();
    if (gradient.defined()) {
      return Optional.of(gradient);
    }
    gradient.close();
    return Optional.empty();
  }

  /** Forgets all gradients, so that the next backward pass does not add to them. */
  public void clearGradients() {
    try (PointerScope scope = new PointerScope()) {
      values.values().forEach(v -> v.mutable_grad().reset());
    }
  }

  /**
   * How many steps of training each batch norm has seen, by the name that checkpoints have for it
   * ({@code ….num_batches_tracked}).
   *
   * @return a copy
   */
  public Map<String, Long> steps() {
    return new LinkedHashMap<>(steps);
  }

  /**
   * Sets the number of steps that batch norms have seen.
   *
   * @param counts by name, as {@link #steps} gives them; other names are ignored
   */
  public void setSteps(Map<String, Long> counts) {
    steps.replaceAll((name, old) -> counts.getOrDefault(name, old));
  }

  /**
   * Keeps a part of the network as it is: its weights are not among {@link #weights} any more and
   * have no gradients, so that nothing updates them or lets them decay. In a step of training the
   * part computes as in inference: batch norms use the running statistics, which stay, and do not
   * count; nothing is dropped. To be called before optimizers and averages are made.
   *
   * @param prefix whole words of the names of parameters, such as {@code backbone} or {@code
   *     backbone.blocks.0}
   * @throws IllegalArgumentException if no parameter's name begins with it
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

  /** {@return what is frozen, as it was given to {@link #freeze}} */
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

  /** Whether a node is in a part that is frozen: a batch norm by its statistics' name. */
  boolean isFrozen(Node node) {
    return !frozen.isEmpty() && isFrozen(counter(node).orElse(node.scope()));
  }

  /** Counts a step of a node, if it is a batch norm. */
  void count(Node node) {
    counter(node).ifPresent(name -> steps.merge(name, 1L, Long::sum));
  }

  /** Beside the running mean of a batch norm. */
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
   * @param name its name
   * @param data of its type and shape
   * @throws IllegalArgumentException if there is none of this name, or of another type or shape
   */
  public void set(String name, TensorData data) {
    Parameter p = parameter(name);
    if (!p.type().equals(data.type())) {
      throw new IllegalArgumentException(
          "the parameter '" + name + "' is " + p.type() + ", and was given " + data.type());
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
