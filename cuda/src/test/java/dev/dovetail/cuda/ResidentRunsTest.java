package dev.dovetail.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.dovetail.core.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Selection;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.onnx.ParameterStore;
import dev.dovetail.runtime.DerivedFiles;
import dev.dovetail.runtime.Engine;
import dev.dovetail.runtime.PlanException;
import dev.dovetail.runtime.Settings;
import dev.dovetail.runtime.WeightBinding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs in device memory, with host memory as the device. */
class ResidentRunsTest {

  private static final Graph BLOCK = FusedCases.block(2, 5, 16, true).graph();

  @TempDir Path folder;
  private final HostMemory memory = new HostMemory();

  private NativeSession session(Graph graph, CudaOptions.Runs runs, Optional<Path> profile)
      throws IOException {
    ParameterStore weights = WeightBinding.of(Map.of(), new DerivedFiles(folder, Long.MAX_VALUE));
    Settings settings = Settings.cpu().threads(1);
    return Sessions.compile(graph, weights, settings, options(runs), profile).session();
  }

  private NativeSession session(Graph graph, CudaOptions.Runs runs) throws IOException {
    return session(graph, runs, Optional.empty());
  }

  private CudaOptions options(CudaOptions.Runs runs) {
    return new CudaOptions(CudaEngineTest.REFUSING, op -> false, runs, () -> memory, Map.of());
  }

  private static Map<String, TensorData> inputs(Graph graph, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, TensorData> all = new LinkedHashMap<>();
    graph
        .inputs()
        .forEach(
            (name, t) -> {
              float[] values = new float[Math.toIntExact(t.shape().elements())];
              for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextDouble() - 0.5f;
              }
              all.put(name, TensorData.of(values, t.shape().dims()));
            });
    return all;
  }

  private List<Map<String, TensorData>> expected(Graph graph, int count) throws IOException {
    List<Map<String, TensorData>> all = new ArrayList<>();
    try (NativeSession plain = session(graph, CudaOptions.Runs.PAGEABLE)) {
      for (int i = 0; i < count; i++) {
        all.add(plain.run(inputs(graph, i)));
      }
    }
    return all;
  }

  private static void assertSame(Map<String, TensorData> expected, Map<String, TensorData> actual) {
    assertEquals(List.copyOf(expected.keySet()), List.copyOf(actual.keySet()));
    expected.forEach(
        (name, e) -> {
          assertEquals(e.type(), actual.get(name).type(), name);
          assertEquals(e.bytes(), actual.get(name).bytes(), name);
        });
  }

  private void assertFreed() {
    assertEquals(0, memory.openSlots.get());
    assertEquals(0, memory.buffers.get());
    assertEquals(0, memory.openRecordings.get());
    assertTrue(memory.closed);
  }

  @Test
  void outputsEqualThoseOfHostMemoryAndOwnTheirMemory() throws IOException {
    List<Map<String, TensorData>> expected = expected(BLOCK, 5);
    List<Map<String, TensorData>> actual = new ArrayList<>();
    try (NativeSession session = session(BLOCK, CudaOptions.Runs.RESIDENT)) {
      for (int i = 0; i < 5; i++) {
        actual.add(session.run(inputs(BLOCK, i)));
      }
      assertEquals(1, memory.slots.get());
      assertEquals(3, memory.buffers.get(), "one input, two outputs");
    }
    for (int i = 0; i < 5; i++) {
      assertSame(expected.get(i), actual.get(i));
    }
    assertFreed();
  }

  @Test
  void manyThreadsComputeTheSameInFewSlots() throws Exception {
    for (CudaOptions.Runs runs : List.of(CudaOptions.Runs.RESIDENT, CudaOptions.Runs.RECORDED)) {
      int count = 200;
      List<Map<String, TensorData>> expected = expected(BLOCK, count);
      ExecutorService threads = Executors.newFixedThreadPool(6);
      memory.slots.set(0);
      try (NativeSession session = session(BLOCK, runs)) {
        List<Future<Map<String, TensorData>>> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
          Map<String, TensorData> values = inputs(BLOCK, i);
          all.add(threads.submit(() -> session.run(values)));
        }
        for (int i = 0; i < count; i++) {
          assertSame(expected.get(i), all.get(i).get());
        }
        assertTrue(memory.slots.get() <= ResidentRuns.MOST_SLOTS, "slots " + memory.slots);
      } finally {
        threads.shutdownNow();
      }
      assertFreed();
    }
    assertTrue(memory.recordings.get() >= 1);
  }

  @Test
  void aSlotIsRecordedAfterTheRegularRunsAndReplayedFromThenOn() throws IOException {
    List<Map<String, TensorData>> expected = expected(BLOCK, 6);
    try (NativeSession session = session(BLOCK, CudaOptions.Runs.RECORDED)) {
      for (int i = 0; i < 6; i++) {
        assertSame(expected.get(i), session.run(inputs(BLOCK, i)));
        assertEquals(Math.max(0, i + 1 - ResidentRuns.REGULAR_RUNS), memory.replays.get());
      }
      assertEquals(1, memory.recordings.get());
    }
    assertFreed();
  }

  @Test
  void nothingIsRecordedUnlessEnabledOrBesideAProfile() throws IOException {
    try (NativeSession resident = session(BLOCK, CudaOptions.Runs.RESIDENT);
        NativeSession profiled =
            session(BLOCK, CudaOptions.Runs.RECORDED, Optional.of(folder.resolve("profile")))) {
      for (int i = 0; i < 4; i++) {
        resident.run(inputs(BLOCK, i));
        profiled.run(inputs(BLOCK, i));
      }
    }
    assertEquals(0, memory.attempts.get());
  }

  @Test
  void rejectedRecordingsAreTriedAFewTimesAndRunsGoOn() throws IOException {
    for (int i = 0; i < 10; i++) {
      memory.answers.add(HostMemory.Answer.REJECT);
    }
    List<Map<String, TensorData>> expected = expected(BLOCK, 8);
    try (NativeSession session = session(BLOCK, CudaOptions.Runs.RECORDED)) {
      for (int i = 0; i < 8; i++) {
        assertSame(expected.get(i), session.run(inputs(BLOCK, i)));
      }
    }
    assertEquals(ResidentRuns.MOST_REJECTIONS, memory.attempts.get());
    assertEquals(0, memory.replays.get());
    assertFreed();
  }

  @Test
  void aBusyDeviceIsAskedAgain() throws IOException {
    for (int i = 0; i < 5; i++) {
      memory.answers.add(HostMemory.Answer.NOT_NOW);
    }
    try (NativeSession session = session(BLOCK, CudaOptions.Runs.RECORDED)) {
      for (int i = 0; i < ResidentRuns.REGULAR_RUNS + 7; i++) {
        session.run(inputs(BLOCK, i));
      }
    }
    assertEquals(6, memory.attempts.get());
    assertEquals(2, memory.replays.get());
  }

  /** The indices of positive elements, beside twice the elements. */
  private static Graph positive() {
    Trace trace = new Trace();
    Tensor x = trace.input("x", DType.FLOAT32, 3, 4);
    Tensor found = x.greater(0).apply(new Selection.NonZero());
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    outputs.put("found", found);
    outputs.put("twice", x.times(2));
    return trace.graph(outputs);
  }

  @Test
  void outputsWhoseShapesDifferFromRunToRunAreCopiedToMemoryThatGrows() throws IOException {
    Graph graph = positive();
    assertFalse(graph.outputs().get("found").shape().isStatic());
    List<Map<String, TensorData>> expected = expected(graph, 6);
    try (NativeSession session = session(graph, CudaOptions.Runs.RECORDED)) {
      for (int i = 0; i < 6; i++) {
        assertSame(expected.get(i), session.run(inputs(graph, i)));
      }
      assertEquals(2 + 2, memory.buffers.get(), "x, twice, and memory that was enlarged once");
      TensorData negative = TensorData.of(new float[12], 3, 4);
      assertEquals(Shape.of(2, 0), session.run(Map.of("x", negative)).get("found").type().shape());
    }
    assertEquals(0, memory.attempts.get());
    assertFreed();
  }

  @Test
  void constantOutputsNeedNoBufferAndDoNotPreventRecording() throws IOException {
    Trace trace = new Trace();
    Tensor x = trace.input("x", DType.FLOAT32, 3, 4);
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    outputs.put("count", x.constant(TensorData.of(new long[] {300, 300}, 2)));
    outputs.put("twice", x.times(2));
    Graph graph = trace.graph(outputs);
    List<Map<String, TensorData>> expected = expected(graph, 4);
    try (NativeSession session = session(graph, CudaOptions.Runs.RECORDED)) {
      for (int i = 0; i < 4; i++) {
        assertSame(expected.get(i), session.run(inputs(graph, i)));
      }
      assertEquals(2, memory.buffers.get());
    }
    assertEquals(2, memory.replays.get());
    assertFreed();
  }

  @Test
  void aFailedRunFreesItsSlotAndLaterRunsSucceed() throws IOException {
    List<Map<String, TensorData>> expected = expected(BLOCK, 1);
    try (NativeSession session = session(BLOCK, CudaOptions.Runs.RECORDED)) {
      for (int i = 0; i < 5; i++) {
        session.run(inputs(BLOCK, i));
      }
      memory.failing = true;
      for (int i = 0; i < 5; i++) {
        PlanException e = assertThrows(PlanException.class, () -> session.run(inputs(BLOCK, 0)));
        assertTrue(e.getMessage().contains("illegal memory access"), e.getMessage());
        assertEquals(0, memory.openSlots.get());
        assertEquals(0, memory.openRecordings.get());
      }
      memory.failing = false;
      assertSame(expected.get(0), session.run(inputs(BLOCK, 0)));
    }
    assertFreed();
  }

  @Test
  void aSessionThatCannotBeCreatedFreesTheDevice() throws IOException {
    Path file = Files.writeString(folder.resolve("broken.onnx"), "no model");
    CudaOptions options = options(CudaOptions.Runs.RECORDED);
    assertThrows(
        PlanException.class,
        () -> NativeFile.open(file, Settings.cpu(), options, Optional.empty()));
    assertFreed();
  }

  @Test
  void anInputOfAnotherSizeIsRejected() throws IOException {
    try (NativeSession session = session(BLOCK, CudaOptions.Runs.RESIDENT)) {
      PlanException e =
          assertThrows(
              PlanException.class,
              () -> session.run(Map.of("x", TensorData.of(new float[32], 1, 2, 16))));
      assertTrue(e.getMessage().contains("'x'"), e.getMessage());
    }
  }

  @Test
  void repeatedRunsUseASlotOfTheirOwnAndAreRecorded() throws IOException {
    try (NativeSession session = session(BLOCK, CudaOptions.Runs.RECORDED)) {
      try (Engine.Repeated runs = session.repeat(inputs(BLOCK, 0))) {
        for (int i = 0; i < 4; i++) {
          runs.run();
        }
        assertEquals(2, memory.replays.get());
        session.run(inputs(BLOCK, 0));
        assertEquals(2, memory.openSlots.get());
      }
      assertEquals(1, memory.openSlots.get());
    }
    assertFreed();
  }

  @Test
  void aRegularRunEndsTheRecordingsOfOtherSlots() throws IOException {
    try (NativeSession session = session(BLOCK, CudaOptions.Runs.RECORDED)) {
      try (Engine.Repeated runs = session.repeat(inputs(BLOCK, 0))) {
        for (int i = 0; i < 4; i++) {
          runs.run();
        }
        assertEquals(1, memory.recordings.get());
        memory.answers.add(HostMemory.Answer.NOT_NOW);
        session.run(inputs(BLOCK, 0));
        runs.run();
        runs.run();
        assertEquals(2, memory.recordings.get());
        assertEquals(1, memory.openRecordings.get());
        assertEquals(4, memory.replays.get());
      }
    }
    assertFreed();
  }

  private static ValueInfoProto value(String name) {
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(TensorProto.DataType.FLOAT_VALUE)
                        .setShape(
                            TensorShapeProto.newBuilder()
                                .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(3)))))
        .build();
  }

  @Test
  void filesMayHaveUnusedInputsAndOutputsThatNoNodeWrites() throws IOException {
    ModelProto model =
        ModelProto.newBuilder()
            .setIrVersion(8)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
            .setGraph(
                GraphProto.newBuilder()
                    .setName("g")
                    .addInput(value("a"))
                    .addInput(value("unused"))
                    .addNode(NodeProto.newBuilder().setOpType("Neg").addInput("a").addOutput("y"))
                    .addOutput(value("y"))
                    .addInitializer(
                        TensorProto.newBuilder()
                            .setName("constant")
                            .setDataType(TensorProto.DataType.FLOAT_VALUE)
                            .addDims(3)
                            .addAllFloatData(List.of(4f, 5f, 6f)))
                    .addOutput(value("constant"))
                    .addOutput(value("a")))
            .build();
    Path file = Files.write(folder.resolve("model.onnx"), model.toByteArray());
    CudaOptions options = options(CudaOptions.Runs.RECORDED);
    try (NativeSession session = NativeFile.open(file, Settings.cpu(), options, Optional.empty())) {
      for (int i = 1; i < 6; i++) {
        Map<String, TensorData> out =
            session.run(
                Map.of(
                    "a", TensorData.of(new float[] {i, 2, 3}, 3),
                    "unused", TensorData.of(new float[3], 3)));
        assertArrayEquals(new float[] {-i, -2, -3}, out.get("y").floats());
        assertArrayEquals(new float[] {i, 2, 3}, out.get("a").floats());
        assertArrayEquals(new float[] {4, 5, 6}, out.get("constant").floats());
      }
    }
    assertFreed();
  }

  @Test
  void plansWhoseSizesDependOnDataAreNotResidentUnlessTheSystemPropertySaysSo() {
    Trace trace = new Trace();
    Graph fixed = trace.graph(Map.of("y", trace.input("x", DType.FLOAT32, 3).neg()));
    assertEquals(CudaOptions.Runs.RECORDED, CudaOptions.Runs.of(fixed));
    assertEquals(CudaOptions.Runs.PAGEABLE, CudaOptions.Runs.of(positive()));
    try {
      System.setProperty(CudaOptions.Runs.PROPERTY, "resident");
      assertEquals(CudaOptions.Runs.RESIDENT, CudaOptions.Runs.of(fixed));
      assertEquals(CudaOptions.Runs.RESIDENT, CudaOptions.Runs.of(positive()));
      System.setProperty(CudaOptions.Runs.PROPERTY, "fast");
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> CudaOptions.Runs.of(fixed));
      assertEquals(
          "the system property dovetail.cuda.runs is 'fast', expected one of pageable, resident,"
              + " recorded",
          e.getMessage());
    } finally {
      System.clearProperty(CudaOptions.Runs.PROPERTY);
    }
  }
}
