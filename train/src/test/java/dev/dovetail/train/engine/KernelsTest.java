package dev.dovetail.train.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Node;
import dev.dovetail.graph.Op;
import dev.dovetail.graph.Quantization;
import dev.dovetail.graph.Sampling.DeformableAttention;
import dev.dovetail.graph.Source;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.runtime.OperatorCase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every operator of the models computes the same values in libtorch as in ONNX Runtime. {@link
 * Quantization} is excluded, because only rewritten inference graphs contain it. {@link
 * DeformableAttention} runs as its component operators.
 */
class KernelsTest {

  @TestFactory
  Stream<DynamicTest> operatorsGiveTheValuesOfOnnxRuntime() {
    return cases()
        .flatMap(
            c ->
                Arrays.stream(FloatType.values())
                    .map(t -> DynamicTest.dynamicTest(c.name() + ", " + t, () -> check(c, t))));
  }

  private static Stream<OperatorCase> cases() {
    return OperatorCase.all().stream()
        .filter(
            c -> {
              List<Tensor> results = c.body().apply(inputs(new Trace(), c));
              return !(results.get(0).node().op() instanceof Quantization);
            });
  }

  @Test
  void everyOperatorHasAKernelAndACase() {
    Set<Class<?>> seen = new HashSet<>();
    for (OperatorCase c : cases().toList()) {
      Trace trace = new Trace();
      for (Tensor result : c.body().apply(inputs(trace, c))) {
        Node node = result.node();
        if (!(node.op() instanceof DeformableAttention)) {
          Kernels.of(node, FloatType.FLOAT32);
        }
        seen.add(node.op().getClass());
      }
    }
    List<Class<?>> missing = new ArrayList<>();
    for (Class<?> family : Op.class.getPermittedSubclasses()) {
      if (family != Source.class && family != Quantization.class && family.isSealed()) {
        missing.addAll(List.of(family.getPermittedSubclasses()));
      }
    }
    missing.removeAll(seen);
    assertEquals(List.of(), missing);
  }

  private static List<Tensor> inputs(Trace trace, OperatorCase c) {
    List<Tensor> operands = new ArrayList<>();
    for (TensorData data : c.operands()) {
      operands.add(
          trace.input("x" + operands.size(), data.type().dtype(), data.type().shape().dims()));
    }
    return operands;
  }

  private static void check(OperatorCase c, FloatType type) {
    Trace trace = new Trace();
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    c.body().apply(inputs(trace, c)).forEach(y -> outputs.put("y" + outputs.size(), y));
    Map<String, TensorData> inputs = new LinkedHashMap<>();
    c.operands().forEach(data -> inputs.put("x" + inputs.size(), data));
    Map<String, TensorData> results = Runs.infer(trace.graph(outputs), inputs, type);
    assertEquals(c.expected().size(), results.size());
    for (int i = 0; i < results.size(); i++) {
      TensorData expected = c.expected().get(i);
      TensorData result = results.get("y" + i);
      assertEquals(expected.type(), result.type());
      if (result.type().dtype() == DType.FLOAT32) {
        float[] floats = expected.floats();
        float[] got = result.floats();
        for (int k = 0; k < floats.length; k++) {
          assertEquals(floats[k], got[k], 1e-6 * Math.max(Math.abs(floats[k]), 1));
        }
      } else {
        assertArrayEquals(expected.longs(), result.longs());
      }
    }
  }
}
