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

  /** {@return the node's id; ids ascend in the order of creation, which is an execution order} */
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

  /** {@return the dotted path of the scope that created it; empty for the root} */
  public String scope() {
    return scope;
  }

  /** {@return whether the model requested float32, regardless of the precision of the graph} */
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
