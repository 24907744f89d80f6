package dev.dovetail.graph;

import java.util.Arrays;
import java.util.List;

/**
 * The shape rule of an operator for some operand types.
 *
 * @param op the operator
 * @param operands the types of its operands
 * @param results the types of its results; empty if the operands are invalid
 * @param problem a part of the error message if the operands are invalid; otherwise empty
 */
record OperatorRule(Op op, List<TensorType> operands, List<String> results, String problem) {

  /** The operands of a tested operator. */
  record Operands(Op op, List<TensorType> types) {

    OperatorRule give(String... results) {
      return new OperatorRule(op, types, List.of(results), "");
    }

    OperatorRule areRefused(String problem) {
      return new OperatorRule(op, types, List.of(), problem);
    }
  }

  static Operands of(Op op, String... operands) {
    return new Operands(op, Arrays.stream(operands).map(Types::type).toList());
  }

  @Override
  public String toString() {
    return op + " of " + operands + (problem.isEmpty() ? " gives " + results : ": " + problem);
  }
}
