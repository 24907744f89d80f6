package dev.dovetail.train.engine;

import dev.dovetail.graph.DeformableLowering;
import dev.dovetail.graph.Elementwise;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Node;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.Source;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A graph that is ready to run in libtorch: its nodes in order, each with a kernel and the values
 * it is the last to use. Values that depend only on constants are computed once. A value is
 * released as soon as no later node needs it. Libtorch keeps what the backward pass needs.
 *
 * <p>Not thread-safe.
 */
public final class Executable implements AutoCloseable {

  /**
   * A node that runs.
   *
   * @param in the indices of its operands
   * @param out the indices of its results
   * @param last the indices of values to release after it
   */
  private record Step(Node node, Kernel kernel, int[] in, int[] out, int[] last) {}

  private final Graph graph;
  private final FloatType type;
  private final boolean bfloat16;
  private final Map<dev.dovetail.graph.Tensor, Integer> places = new HashMap<>();
  private final Map<Integer, Tensor> constants = new LinkedHashMap<>();
  private final Map<String, Integer> parameters = new LinkedHashMap<>();
  private final List<Step> steps = new ArrayList<>();

  private Executable(Graph graph, FloatType type, boolean bfloat16) {
    this.graph = graph;
    this.type = type;
    this.bfloat16 = bfloat16;
  }

  /**
   * Prepares a graph.
   *
   * @param graph a graph traced for training or for inference
   * @param type the type in which floating-point values are computed
   * @return the executable, which the caller closes
   * @throws IllegalStateException if libtorch cannot be loaded
   */
  public static Executable of(Graph graph, FloatType type) {
    return of(graph, type, false);
  }

  /**
   * Prepares a graph whose linear layers and convolutions multiply in bfloat16, like PyTorch's
   * autocast: their operands are rounded in the forward and backward pass, and their results are
   * converted back to float32. Parameters, their gradients and everything else remain in float32,
   * as do layers that the model marks ({@link dev.dovetail.graph.Scope#float32}). This is faster on
   * processors with bfloat16 instructions (AVX512-BF16, AMX) and slower on others.
   *
   * @param graph a graph traced for training
   * @return the executable, which the caller closes; its parameters have type {@link
   *     FloatType#FLOAT32}
   * @throws IllegalStateException if libtorch cannot be loaded
   */
  public static Executable withBfloat16(Graph graph) {
    return of(graph, FloatType.FLOAT32, true);
  }

  private static Executable of(Graph graph, FloatType type, boolean bfloat16) {
    Libtorch.load();
    Graph lowered = graph.rewrite(DeformableLowering::byMap);
    Executable executable = new Executable(lowered, type, bfloat16);
    executable.prepare();
    return executable;
  }

  private void prepare() {
    List<Node> running = new ArrayList<>();
    for (Node node : graph.nodes()) {
      node.outputs().forEach(t -> places.put(t, places.size()));
      if (node.op() instanceof Source.Constant constant) {
        constants.put(place(node), Libtorch.kept(Tensors.of(constant.data(), type)));
      } else if (node.op() instanceof Source.Weight weight) {
        parameters.put(weight.parameter().name(), place(node));
      } else if (!(node.op() instanceof Source)) {
        if (isConstant(node)) {
          fold(node);
        } else {
          running.add(node);
        }
      }
    }
    graph.inputs().values().forEach(t -> places.putIfAbsent(t, places.size()));
    addSteps(running);
    dropConstantsBut(running);
  }

  private boolean isConstant(Node node) {
    return !(node.op() instanceof Elementwise.Dropout)
        && node.inputs().stream().allMatch(t -> constants.containsKey(places.get(t)));
  }

  private void fold(Node node) {
    int[] in = placesOf(node.inputs());
    Tensor[] operands = Arrays.stream(in).mapToObj(constants::get).toArray(Tensor[]::new);
    try (NoGradGuard guard = new NoGradGuard()) {
      Tensor[] results = run(node, Kernels.of(node, type), operands, Pass.inference());
      for (int i = 0; i < results.length; i++) {
        constants.put(places.get(node.outputs().get(i)), results[i]);
      }
    }
  }

  /**
   * Assigns each node its kernel and the values that no later node uses, from the last node to the
   * first.
   */
  private void addSteps(List<Node> running) {
    boolean[] needed = new boolean[places.size()];
    graph.outputs().values().forEach(t -> needed[places.get(t)] = true);
    constants.keySet().forEach(p -> needed[p] = true);
    parameters.values().forEach(p -> needed[p] = true);
    graph.inputs().values().forEach(t -> needed[places.get(t)] = true);
    for (int i = running.size() - 1; i >= 0; i--) {
      Node node = running.get(i);
      int[] in = placesOf(node.inputs());
      int[] out = placesOf(node.outputs());
      List<Integer> last = new ArrayList<>();
      for (int p : concat(in, out)) {
        if (!needed[p]) {
          needed[p] = true;
          last.add(p);
        }
      }
      steps.add(
          0,
          new Step(
              node,
              bfloat16 && Bfloat16.suits(node)
                  ? Bfloat16.of(Kernels.of(node, type))
                  : Kernels.of(node, type),
              in,
              out,
              last.stream().mapToInt(Integer::intValue).toArray()));
    }
  }

  private void dropConstantsBut(List<Node> running) {
    boolean[] read = new boolean[places.size()];
    graph.outputs().values().forEach(t -> read[places.get(t)] = true);
    running.forEach(node -> node.inputs().forEach(t -> read[places.get(t)] = true));
    constants
        .entrySet()
        .removeIf(
            e -> {
              if (!read[e.getKey()]) {
                e.getValue().close();
              }
              return !read[e.getKey()];
            });
  }

  private static int[] concat(int[] a, int[] b) {
    int[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  private int place(Node node) {
    return places.get(node.outputs().get(0));
  }

  private int[] placesOf(List<dev.dovetail.graph.Tensor> values) {
    return values.stream().mapToInt(places::get).toArray();
  }

  /** {@return the graph that this executable runs} */
  public Graph graph() {
    return graph;
  }

  /** Provides inputs that depend on values computed earlier in the same run. */
  @FunctionalInterface
  public interface LateInputs {

    /**
     * Returns the missing inputs. Called at most once in a run, before the first node that reads a
     * missing input.
     *
     * @param outputs the graph outputs that are known by then; the run owns them
     * @return the missing inputs by name; the caller of the run owns them
     */
    Map<String, Tensor> of(Map<String, Tensor> outputs);
  }

  /**
   * Runs the graph. Gradients of the outputs reach the parameters unless the caller has disabled
   * gradients.
   *
   * @param values the parameters, in this executable's type
   * @param inputs the inputs by name; the caller keeps ownership
   * @param pass the mode of this run
   * @return the outputs by name; the caller's {@link PointerScope} owns them, or the caller if
   *     there is no scope
   * @throws IllegalArgumentException if an input is missing or has another type or shape, or an
   *     operator rejects its operands; the message names the scope
   */
  public Map<String, Tensor> run(Parameters values, Map<String, Tensor> inputs, Pass pass) {
    return run(values, inputs, pass, outputs -> Map.of());
  }

  /**
   * Runs the graph where some inputs depend on values that the graph computes, for example regions
   * that the host samples from proposals. No gradient flows through the host's computations.
   *
   * @param values the parameters, in this executable's type
   * @param inputs the inputs known in advance, by name; the caller keeps ownership
   * @param pass the mode of this run
   * @param late provides the other inputs
   * @return the outputs by name, as in {@link #run(Parameters, Map, Pass)}
   * @throws IllegalArgumentException if an input is missing when it is read, or has another type or
   *     shape, or an operator rejects its operands; the message names the scope
   */
  public Map<String, Tensor> run(
      Parameters values, Map<String, Tensor> inputs, Pass pass, LateInputs late) {
    if (values.type() != type) {
      throw new IllegalArgumentException(
          "the parameters have type " + values.type() + ", but the graph computes in " + type);
    }
    Tensor[] held = new Tensor[places.size()];
    constants.forEach((place, t) -> held[place] = t);
    parameters.forEach((name, place) -> held[place] = values.value(name));
    give(held, inputs);
    Tensor[] own = new Tensor[places.size()];
    try {
      boolean waiting = !inputs.keySet().containsAll(graph.inputs().keySet());
      for (Step step : steps) {
        if (waiting && Arrays.stream(step.in()).anyMatch(p -> held[p] == null)) {
          waiting = false;
          give(held, late.of(known(held)));
          requireInputs(held);
        }
        boolean frozen = pass.training() && values.isFrozen(step.node());
        run(step, held, own, frozen ? Pass.inference() : pass);
        if (pass.training() && !frozen) {
          values.count(step.node());
        }
      }
      return outputs(held, own);
    } finally {
      for (Tensor t : own) {
        if (t != null) {
          t.close();
        }
      }
    }
  }

  private void run(Step step, Tensor[] held, Tensor[] own, Pass pass) {
    Tensor[] operands = new Tensor[step.in().length];
    for (int i = 0; i < operands.length; i++) {
      operands[i] = held[step.in()[i]];
    }
    Tensor[] results = run(step.node(), step.kernel(), operands, pass);
    for (int i = 0; i < results.length; i++) {
      held[step.out()[i]] = results[i];
      own[step.out()[i]] = results[i];
    }
    for (int place : step.last()) {
      own[place].close();
      own[place] = null;
      held[place] = null;
    }
  }

  private static Tensor[] run(Node node, Kernel kernel, Tensor[] operands, Pass pass) {
    try (PointerScope scope = new PointerScope()) {
      Tensor[] results = kernel.run(operands, pass);
      for (Tensor t : results) {
        Libtorch.kept(t);
      }
      return results;
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "in scope '" + node.scope() + "': " + node.op().onnxName() + ": " + firstLine(e), e);
    }
  }

  private static String firstLine(RuntimeException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private void give(@Nullable Tensor[] held, Map<String, Tensor> inputs) {
    graph
        .inputs()
        .forEach(
            (name, t) -> {
              Tensor value = inputs.get(name);
              if (value != null) {
                held[places.get(t)] = input(name, t, value);
              }
            });
  }

  /** Throws unless all inputs that a node reads are present. */
  private void requireInputs(@Nullable Tensor[] held) {
    graph
        .inputs()
        .forEach(
            (name, t) -> {
              int place = places.get(t);
              if (held[place] == null
                  && steps.stream()
                      .anyMatch(s -> Arrays.stream(s.in()).anyMatch(p -> p == place))) {
                throw new IllegalArgumentException("the input '" + name + "' is missing");
              }
            });
  }

  private Map<String, Tensor> known(@Nullable Tensor[] held) {
    Map<String, Tensor> known = new LinkedHashMap<>();
    graph
        .outputs()
        .forEach(
            (name, t) -> {
              Tensor value = held[places.get(t)];
              if (value != null) {
                known.put(name, value);
              }
            });
    return known;
  }

  private Tensor input(String name, dev.dovetail.graph.Tensor declared, Tensor value) {
    int[] dims = Arrays.stream(value.shape()).mapToInt(Math::toIntExact).toArray();
    if (Tensors.type(value) != type.scalar(declared.dtype())
        || !declared.shape().accepts(Shape.of(dims))) {
      throw new IllegalArgumentException(
          "the input '"
              + name
              + "' is "
              + Tensors.type(value)
              + Arrays.toString(dims)
              + ", expected "
              + declared.type()
              + " in "
              + type);
    }
    return value;
  }

  /**
   * Returns the outputs. An output that is an input, a parameter or a constant is returned as a new
   * handle.
   */
  private Map<String, Tensor> outputs(Tensor[] held, Tensor[] own) {
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    graph
        .outputs()
        .forEach(
            (name, t) -> {
              int place = places.get(t);
              Tensor output = own[place];
              if (output == null && held[place] == null) {
                throw new IllegalArgumentException("the input '" + name + "' is missing");
              } else if (output == null) {
                output = Tensors.again(held[place]);
              } else {
                own[place] = null;
                Libtorch.handedOver(output);
              }
              outputs.put(name, output);
            });
    return outputs;
  }

  @Override
  public void close() {
    constants.values().forEach(Tensor::close);
    constants.clear();
  }
}
