package dev.dovetail.graph;

import java.util.Arrays;
import java.util.List;

/**
 * What an operator says of operands of some types.
 *
 * @param op the operator
 * @param operands the types of its operands
 * @param results the types of its results; none if it refuses the operands
 * @param problem part of what it says if it refuses them; else empty
 */
record OperatorRule(Op op, List<TensorType> operands, List<String> results, String problem) {

  /** The operands of an operator under test. */
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
