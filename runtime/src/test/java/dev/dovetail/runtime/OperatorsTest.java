package dev.dovetail.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Node;
import dev.dovetail.graph.Op;
import dev.dovetail.graph.Source;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.onnx.Dialect;
import dev.dovetail.graph.onnx.ParameterStore;
import dev.dovetail.graph.onnx.Precision;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every operator computes in ONNX Runtime what its shape rule and javadoc specify. */
class OperatorsTest {

  private static final Device CPU = new Device.Cpu();

  /** A graph and its inputs. */
  private record Traced(Graph graph, Map<String, TensorData> inputs) {}

  @TestFactory
  Stream<DynamicTest> operandsAsInputs() {
    return OperatorCase.all().stream()
        .map(c -> DynamicTest.dynamicTest(c.name(), () -> check(c, traced(c, false), CPU)));
  }

  @TestFactory
  Stream<DynamicTest> operandsAsConstantsThatMayBeFolded() {
    return OperatorCase.all().stream()
        .map(c -> DynamicTest.dynamicTest(c.name(), () -> check(c, traced(c, true), CPU)));
  }

  @TestFactory
  Stream<DynamicTest> operandsAsInputsOnTheGpu() {
    Device gpu = new Device.Cuda(0);
    Doctor.Finding finding = Doctor.examine(gpu);
    if (finding.status() != Doctor.Status.GOOD) {
      return Stream.of(
          DynamicTest.dynamicTest(gpu.toString(), () -> Assumptions.abort(finding.text())));
    }
    return OperatorCase.all().stream()
        .map(c -> DynamicTest.dynamicTest(c.name(), () -> check(c, traced(c, false), gpu)));
  }

  @Test
  void everyOperatorHasACase() {
    Set<Class<?>> seen = new HashSet<>();
    for (OperatorCase c : OperatorCase.all()) {
      traced(c, false).graph().nodes().stream()
          .map(Node::op)
          .forEach(op -> seen.add(op.getClass()));
    }
    List<Class<?>> missing = new ArrayList<>();
    for (Class<?> kind : Op.class.getPermittedSubclasses()) {
      if (kind != Source.class && kind.isSealed()) { // new fused operators may be added at any time
        missing.addAll(List.of(kind.getPermittedSubclasses()));
      }
    }
    missing.removeAll(seen);
    assertEquals(List.of(), missing);
  }

  private static Traced traced(OperatorCase c, boolean constants) {
    Trace trace = new Trace();
    Map<String, TensorData> inputs = new LinkedHashMap<>();
    List<Tensor> operands = new ArrayList<>();
    for (TensorData data : c.operands()) {
      if (constants) {
        operands.add(trace.constant(data));
      } else {
        String name = "x" + inputs.size();
        inputs.put(name, data);
        operands.add(trace.input(name, data.type().dtype(), data.type().shape().dims()));
      }
    }
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    for (Tensor result : c.body().apply(operands)) {
      outputs.put("y" + outputs.size(), result);
    }
    return new Traced(trace.graph(outputs), inputs);
  }

  private static void check(OperatorCase c, Traced traced, Device device) throws IOException {
    for (Dialect dialect : Dialect.values()) {
      for (Precision precision : List.of(Precision.FP32, Precision.FP16)) {
        Settings s = Settings.on(device, precision).dialect(dialect).threads(1);
        check(c, traced, s);
        check(c, traced, s.unoptimised());
      }
    }
  }

  private static void check(OperatorCase c, Traced traced, Settings settings) throws IOException {
    try (Plan plan = Plan.compile(traced.graph(), ParameterStore.none(), settings)) {
      List<TensorData> results = List.copyOf(plan.run(traced.inputs()).values());
      List<Tensor> outputs = List.copyOf(traced.graph().outputs().values());
      assertEquals(c.expected().size(), results.size());
      for (int i = 0; i < results.size(); i++) {
        TensorData result = results.get(i);
        TensorData expected = c.expected().get(i);
        String where = c.name() + ", result " + i + ", " + settings;
        assertEquals(expected.type(), result.type(), where);
        assertEquals(outputs.get(i).dtype(), result.type().dtype(), where);
        assertTrue(
            outputs.get(i).shape().accepts(result.type().shape()),
            () -> where + ": traced as " + outputs.get(0).shape());
        if (result.type().dtype() == DType.FLOAT32) {
          double eps = settings.precision() == Precision.FP16 ? 0x1p-10 : 0x1p-22;
          assertClose(expected.floats(), result.floats(), eps, where);
        } else {
          assertArrayEquals(expected.longs(), result.longs(), where);
        }
      }
    }
  }

  private static void assertClose(float[] expected, float[] actual, double eps, String where) {
    for (int i = 0; i < expected.length; i++) {
      double tolerance = 2 * eps * Math.max(Math.abs(expected[i]), 1);
      assertEquals(expected[i], actual[i], tolerance, where + ", element " + i);
    }
  }
}
