package dev.dovetail.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operator infers the expected types, and rejects invalid operands. */
class OperatorRulesTest {

  /** Operators that accept any operands. */
  private static final Set<Class<?>> REFUSE_NOTHING =
      Set.of(
          Elementwise.Cast.class,
          Elementwise.Dropout.class,
          Indexing.ShapeOf.class,
          Selection.NonZero.class);

  static Stream<OperatorRule> fitting() {
    return OperatorRules.all().stream().filter(rule -> rule.problem().isEmpty());
  }

  static Stream<OperatorRule> refused() {
    return OperatorRules.all().stream().filter(rule -> !rule.problem().isEmpty());
  }

  @ParameterizedTest
  @MethodSource("fitting")
  void validOperandsDetermineTheTypesOfTheResults(OperatorRule rule) {
    List<TensorType> results = rule.op().infer(rule.operands());
    assertEquals(rule.results(), results.stream().map(TensorType::toString).toList());
    assertTrue(rule.op().macs(rule.operands(), results) >= 0);
  }

  @ParameterizedTest
  @MethodSource("refused")
  void invalidOperandsAreRejectedWithTheCauseAndTheTypes(OperatorRule rule) {
    Trace trace = new Trace();
    List<Tensor> operands = operands(trace, rule.operands());
    Tensor[] others = operands.subList(1, operands.size()).toArray(Tensor[]::new);
    ShapeException e =
        assertThrows(
            ShapeException.class,
            () -> trace.root().in("block", s -> operands.get(0).apply(rule.op(), others)));
    String message = e.getMessage();
    assertTrue(message.contains(rule.problem()), message);
    assertTrue(message.startsWith("in scope 'block': " + rule.op().onnxName() + " of "), message);
    rule.operands().forEach(type -> assertTrue(message.contains(type.toString()), message));
  }

  private static List<Tensor> operands(Trace trace, List<TensorType> types) {
    Tensor[] operands = new Tensor[types.size()];
    for (int i = 0; i < operands.length; i++) {
      operands[i] = trace.input("x" + i, types.get(i).dtype(), types.get(i).shape().dims());
    }
    return List.of(operands);
  }

  @Test
  void everyOperatorHasValidAndInvalidOperands() {
    Set<Class<?>> operators = operators();
    assertEquals(operators, kinds(fitting()));
    Set<Class<?>> strict = new HashSet<>(operators);
    strict.removeAll(REFUSE_NOTHING);
    assertEquals(strict, kinds(refused()));
  }

  private static Set<Class<?>> kinds(Stream<OperatorRule> rules) {
    Set<Class<?>> kinds = new HashSet<>();
    rules.forEach(rule -> kinds.add(rule.op().getClass()));
    return kinds;
  }

  private static Set<Class<?>> operators() {
    Set<Class<?>> operators = new HashSet<>();
    for (Class<?> family : Op.class.getPermittedSubclasses()) {
      if (family != Source.class && family.isSealed()) { // the number of fused operators grows
        operators.addAll(List.of(family.getPermittedSubclasses()));
      }
    }
    return operators;
  }
}
