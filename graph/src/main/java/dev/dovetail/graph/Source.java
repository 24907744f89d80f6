package dev.dovetail.graph;

import java.util.List;

/** A value that is not the result of an operation. */
public sealed interface Source extends Op {

  /** {@return the type of the value} */
  TensorType type();

  @Override
  default List<TensorType> infer(List<TensorType> operands) {
    return List.of(type());
  }

  /** An input of a run. */
  record Input(String name, TensorType type) implements Source {
    @Override
    public String onnxName() {
      return "Input";
    }
  }

  /** An array from a checkpoint. */
  record Weight(Parameter parameter) implements Source {
    @Override
    public TensorType type() {
      return parameter.type();
    }

    @Override
    public String onnxName() {
      return "Parameter";
    }
  }

  /** A value that is known when the graph is built. */
  record Constant(TensorData data) implements Source {
    @Override
    public TensorType type() {
      return data.type();
    }

    @Override
    public String onnxName() {
      return "Constant";
    }
  }
}
