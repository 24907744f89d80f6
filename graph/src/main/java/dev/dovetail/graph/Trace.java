package dev.dovetail.graph;

import dev.dovetail.core.DType;
import dev.dovetail.core.IgnoredKeys;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Records a model: its inputs, parameters and operations while model code runs. The result is an
 * immutable {@link Graph}. Not thread-safe.
 */
public final class Trace {

  private final Map<TensorData, Tensor> constants = new IdentityHashMap<>();
  private final Map<String, Tensor> inputs = new LinkedHashMap<>();
  private final Map<String, Tensor> parameters = new LinkedHashMap<>();
  private final Map<String, Tensor> values = new LinkedHashMap<>();
  private final Map<String, Tensor> finite = new LinkedHashMap<>();
  private final List<IgnoredKeys> ignoredKeys = new ArrayList<>();
  private final List<Fusion> fusions = new ArrayList<>();
  private final Deque<String> scopes = new ArrayDeque<>();
  private final boolean training;
  private final double dropPath;
  private int float32Depth;
  private int nodes;

  /** Creates a trace for inference. */
  public Trace() {
    this(false, 0);
  }

  private Trace(boolean training, double dropPath) {
    this.training = training;
    this.dropPath = dropPath;
  }

  /**
   * {@return a trace for training, which also records dropout and heads that are used only in
   * training; residual branches are not dropped}
   */
  public static Trace forTraining() {
    return forTraining(0);
  }

  /**
   * {@return a trace for training that also drops residual branches}
   *
   * @param dropPath the rate at which {@link Scope#dropPath} drops a residual branch of a sample
   * @throws IllegalArgumentException if it is not in [0, 1)
   */
  public static Trace forTraining(double dropPath) {
    if (!(dropPath >= 0 && dropPath < 1)) {
      throw new IllegalArgumentException(
          "the rate of drop path is " + dropPath + ", expected 0 or more and less than 1");
    }
    return new Trace(true, dropPath);
  }

  boolean training() {
    return training;
  }

  double dropPath() {
    return dropPath;
  }

  /** {@return the root scope, whose name is empty} */
  public Scope root() {
    return new Scope(this, "");
  }

  /**
   * Declares an input of the graph.
   *
   * @param name the name
   * @param dtype its element type
   * @param dims its extents; {@link Shape#UNKNOWN} for those that are unknown before a run
   * @return the input's value
   * @throws IllegalArgumentException if an input with this name already exists
   */
  public Tensor input(String name, DType dtype, int... dims) {
    if (inputs.containsKey(name)) {
      throw new IllegalArgumentException("the graph already has an input '" + name + "'");
    }
    Tensor input = source(new Source.Input(name, TensorType.of(dtype, dims)));
    inputs.put(name, input);
    return input;
  }

  /**
   * {@return a constant; repeated calls with the same object return the same constant}
   *
   * @param data its elements
   */
  public Tensor constant(TensorData data) {
    return constants.computeIfAbsent(data, d -> source(new Source.Constant(d)));
  }

  /**
   * {@return the graph that computes {@code outputs}; nodes that no output depends on are removed,
   * but all declared inputs and parameters are kept}
   *
   * @param outputs by name, in order
   */
  public Graph graph(Map<String, Tensor> outputs) {
    List<Parameter> declared =
        parameters.values().stream().map(t -> ((Source.Weight) t.node().op()).parameter()).toList();
    return new Graph(inputs, outputs, declared, ignoredKeys, values, finite, fusions);
  }

  /**
   * Declares that a fused operator computes values that were recorded as several nodes. Engines
   * without a kernel for it ignore this.
   *
   * @param fusion the operator, its operands and its results
   */
  public void fusible(Fusion fusion) {
    fusions.add(fusion);
  }

  Tensor parameter(Parameter requested) {
    Tensor known = parameters.get(requested.name());
    if (known == null) {
      known = source(new Source.Weight(requested));
      parameters.put(requested.name(), known);
      return known;
    }
    Parameter before = ((Source.Weight) known.node().op()).parameter();
    if (!before.equals(requested)) {
      throw new ShapeException(
          "parameter '"
              + requested.name()
              + "' is requested twice with different declarations: first "
              + describe(before)
              + ", then "
              + describe(requested)
              + modelLine());
    }
    return known;
  }

  private static String describe(Parameter p) {
    return p.type() + " " + p.role() + " " + p.init();
  }

  void ignoreKeys(IgnoredKeys keys) {
    ignoredKeys.add(keys);
  }

  void value(String name, Tensor value) {
    values.put(name, value);
  }

  void finite(String name, Tensor nonFinite) {
    finite.put(name, nonFinite);
  }

  <T> T within(String scope, Supplier<T> body) {
    scopes.push(scope);
    try {
      return body.get();
    } finally {
      scopes.pop();
    }
  }

  <T> T inFloat32(Supplier<T> body) {
    float32Depth++;
    try {
      return body.get();
    } finally {
      float32Depth--;
    }
  }

  /** Creates nodes in the precision of the graph, even inside {@link #inFloat32}. */
  <T> T inGraphPrecision(Supplier<T> body) {
    int depth = float32Depth;
    float32Depth = 0;
    try {
      return body.get();
    } finally {
      float32Depth = depth;
    }
  }

  private Tensor source(Source op) {
    return node(op, List.of()).outputs().get(0);
  }

  Node node(Op op, List<Tensor> operands) {
    String scope = scopes.isEmpty() ? "" : scopes.peek();
    List<TensorType> types;
    try {
      for (Tensor t : operands) {
        Op.require(t.trace() == this, "an operand is from another trace");
      }
      types = op.infer(operands.stream().map(Tensor::type).toList());
    } catch (IllegalArgumentException e) {
      String shapes =
          operands.stream().map(t -> t.type().toString()).collect(Collectors.joining(" and "));
      throw new ShapeException(
          "in scope '"
              + scope
              + "': "
              + op.onnxName()
              + " of "
              + (shapes.isEmpty() ? "nothing" : shapes)
              + ": "
              + e.getMessage()
              + modelLine());
    }
    return new Node(this, nodes++, op, operands, types, scope, float32Depth > 0);
  }

  /** Returns the line of model code that is running: the first caller outside the graph module. */
  private static String modelLine() {
    String module = Trace.class.getPackageName();
    return StackWalker.getInstance()
        .walk(
            frames ->
                frames
                    .filter(f -> !f.getClassName().startsWith(module + "."))
                    .findFirst()
                    .map(f -> " (at " + f.getFileName() + ":" + f.getLineNumber() + ")")
                    .orElse(""));
  }
}
