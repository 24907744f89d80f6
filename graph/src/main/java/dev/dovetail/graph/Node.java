package dev.dovetail.graph;

import java.util.List;
import java.util.stream.Collectors;

/** One execution of an operator in a graph. */
public final class Node {

  private final Trace trace;
  private final int id;
  private final Op op;
  private final List<Tensor> inputs;
  private final List<Tensor> outputs;
  private final String scope;
  private final boolean float32;

  Node(
      Trace trace,
      int id,
      Op op,
      List<Tensor> inputs,
      List<TensorType> types,
      String scope,
      boolean float32) {
    this.trace = trace;
    this.id = id;
    this.op = op;
    this.inputs = List.copyOf(inputs);
    this.scope = scope;
    this.float32 = float32;
    Tensor[] out = new Tensor[types.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = new Tensor(this, i, types.get(i));
    }
    this.outputs = List.of(out);
  }

  Trace trace() {
    return trace;
  }

  /**
   * {@return the node's number, ascending in the order in which the nodes were made, which is an
   * order of execution}
   */
  public int id() {
    return id;
  }

  /** {@return the operator} */
  public Op op() {
    return op;
  }

  /** {@return the operands} */
  public List<Tensor> inputs() {
    return inputs;
  }

  /** {@return the results} */
  public List<Tensor> outputs() {
    return outputs;
  }

  /** {@return the dotted path of the scope that made it; empty for the root} */
  public String scope() {
    return scope;
  }

  /** {@return true if the model asked for float32 whatever precision the graph is written in} */
  public boolean float32() {
    return float32 || op.float32Only();
  }

  long macs() {
    return op.macs(
        inputs.stream().map(Tensor::type).toList(), outputs.stream().map(Tensor::type).toList());
  }

  @Override
  public String toString() {
    return (scope.isEmpty() ? "" : scope + "/")
        + op.onnxName()
        + inputs.stream().map(t -> t.type().toString()).collect(Collectors.joining(", ", "(", ")"));
  }
}
