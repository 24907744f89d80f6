package dev.dovetail.train.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.train.engine.Executable;
import dev.dovetail.train.engine.FloatType;
import dev.dovetail.train.engine.Masks;
import dev.dovetail.train.engine.Parameters;
import dev.dovetail.train.engine.RandomMasks;
import dev.dovetail.train.engine.Tensors;
import dev.dovetail.train.optim.AdamW;
import dev.dovetail.train.optim.GradientNorm;
import dev.dovetail.train.optim.LayerDecay;
import dev.dovetail.train.optim.MovingAverage;
import dev.dovetail.train.optim.Optimizer;
import dev.dovetail.train.optim.ParameterGroup;
import dev.dovetail.train.optim.ParameterGroups;
import dev.dovetail.train.optim.Schedule;
import dev.dovetail.train.optim.Sgd;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.formats.Safetensors;
import dev.dovetail.weights.tensors.StoredTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A resumed run produces the same bytes, and foreign states are rejected. */
class TrainingStateTest {

  private static final long SEED = 7;

  @TempDir Path folder;

  /** A training run with all its objects, created as in a new process. */
  private static final class Run implements AutoCloseable {
    private final Parameters parameters;
    private final Executable executable;
    private final Optimizer optimizer;
    private final MovingAverage average;
    private final RandomMasks masks = Masks.random(SEED);
    private final Schedule schedule = Schedule.poly(1, 6, 0).afterWarmup(2, 0.1);

    Run(Graph graph, FloatType type, Function<Parameters, Optimizer> optimizer) {
      parameters = Parameters.initial(graph, type, SEED);
      executable = Executable.of(graph, type);
      this.optimizer = optimizer.apply(parameters);
      average = new MovingAverage(parameters, parameters.names());
    }

    TrainingState state() {
      return new TrainingState(parameters, optimizer, Optional.of(average));
    }

    void steps(long first, long end) {
      for (long i = first; i < end; i++) {
        try (PointerScope scope = new PointerScope()) {
          parameters.clearGradients();
          TinyTraining.losses(executable, parameters, masks.at(i), i).total().backward();
          GradientNorm.clip(parameters, 1);
          optimizer.step(parameters, schedule.rates(0.01, optimizer.groups(), i));
          average.update(parameters, 0.9);
        }
      }
    }

    /** Returns all bytes of the state. */
    Map<String, ByteBuffer> bytes() {
      Map<String, ByteBuffer> all = new LinkedHashMap<>();
      parameters.names().forEach(n -> all.put(n, copy(parameters.value(n))));
      parameters
          .steps()
          .forEach((n, count) -> all.put(n, ByteBuffer.allocate(8).putLong(0, count)));
      optimizer.state().forEach((n, t) -> all.put("optimizer." + n, copy(t)));
      average.names().forEach(n -> all.put("average." + n, copy(average.value(n))));
      return all;
    }

    private static ByteBuffer copy(Tensor tensor) {
      return Tensors.data(tensor).bytes();
    }

    @Override
    public void close() {
      parameters.close();
      executable.close();
      optimizer.close();
      average.close();
    }
  }

  private static Optimizer adamW(Parameters parameters) {
    List<ParameterGroup> groups = new LayerDecay("backbone.", 4, 0.9, 0.05).of(parameters);
    return new AdamW(groups, AdamW.Moments.defaults());
  }

  private static Optimizer sgd(Parameters parameters) {
    return new Sgd(ParameterGroups.one(1e-4).of(parameters), 0.9, false);
  }

  private void resumesToTheSameBytes(Function<Parameters, Optimizer> optimizer) throws IOException {
    Graph graph = TinyTraining.graph();
    Path file = folder.resolve("state.safetensors");
    Map<String, ByteBuffer> straight;
    try (Run run = new Run(graph, FloatType.FLOAT32, optimizer)) {
      run.steps(0, 6);
      straight = run.bytes();
    }
    Map<String, ByteBuffer> half;
    try (Run run = new Run(graph, FloatType.FLOAT32, optimizer)) {
      run.steps(0, 3);
      half = run.bytes();
      run.state().save(file, new Progress(3, SEED, Map.of("best", "0.25")));
    }
    try (Run run = new Run(TinyTraining.graph(), FloatType.FLOAT32, optimizer)) {
      run.steps(0, 1); // replaces an existing file
      Progress progress = run.state().restore(file);
      assertEquals(new Progress(3, SEED, Map.of("best", "0.25")), progress);
      assertEquals(progress, TrainingState.progress(file));
      assertEquals(half, run.bytes());
      run.steps(3, 6);
      assertEquals(straight, run.bytes());
      assertNotEquals(half, run.bytes());
    }
  }

  @Test
  void adamWResumesToTheSameBytes() throws IOException {
    resumesToTheSameBytes(TrainingStateTest::adamW);
  }

  @Test
  void sgdResumesToTheSameBytes() throws IOException {
    resumesToTheSameBytes(TrainingStateTest::sgd);
  }

  @Test
  void anEmptyDoublePrecisionStateIsRestored() throws IOException {
    Graph graph = TinyTraining.graph();
    Path file = folder.resolve("state.safetensors");
    try (Run run = new Run(graph, FloatType.FLOAT64, TrainingStateTest::adamW)) {
      Map<String, ByteBuffer> before = run.bytes();
      run.state().save(file, new Progress(0, SEED, Map.of()));
      run.steps(0, 1);
      run.state().restore(file);
      assertEquals(before, run.bytes());
    }
  }

  /** Restores from an unsuitable file and returns the message; verifies that nothing changes. */
  private static String refusal(Run run, Path file) {
    Map<String, ByteBuffer> before = run.bytes();
    String message = assertThrows(IOException.class, () -> run.state().restore(file)).getMessage();
    assertEquals(before, run.bytes());
    assertTrue(message.contains(file.toString()), message);
    return message;
  }

  private static void assertSays(String message, String... parts) {
    for (String part : parts) {
      assertTrue(message.contains(part), () -> "'" + part + "' in: " + message);
    }
  }

  @Test
  void aDamagedFileIsRejected() throws IOException {
    Graph graph = TinyTraining.graph();
    Path file = folder.resolve("state.safetensors");
    try (Run run = new Run(graph, FloatType.FLOAT32, TrainingStateTest::sgd)) {
      run.steps(0, 1);
      run.state().save(file, new Progress(1, SEED, Map.of()));
      byte[] whole = Files.readAllBytes(file);

      byte[] flipped = whole.clone();
      flipped[whole.length - 1000] ^= 1;
      Files.write(file, flipped);
      assertSays(refusal(run, file), "is damaged", "checksum", "Start a new run");

      Files.write(file, Arrays.copyOf(whole, whole.length / 2));
      assertSays(refusal(run, file), "truncated", "Start a new run");

      Files.write(file, new byte[0]);
      refusal(run, file);
      Files.delete(file);
      refusal(run, file);
      Files.write(file, whole);
      run.state().restore(file);
    }
  }

  @Test
  void otherFilesAreRejected() throws IOException {
    Graph graph = TinyTraining.graph();
    Path file = folder.resolve("last.safetensors");
    try (Run run = new Run(graph, FloatType.FLOAT32, TrainingStateTest::sgd)) {
      new WeightsFile(run.parameters, Optional.empty()).write(file, DType.FLOAT32, Map.of());
      assertSays(refusal(run, file), "is not a training state");
      assertThrows(IOException.class, () -> TrainingState.progress(file));

      run.state().save(file, new Progress(0, SEED, Map.of()));
      change(file, "version", "2");
      assertSays(refusal(run, file), "has version 2, but this program reads version 1");
      change(file, "version", "1");
      change(file, "step", "three");
      assertSays(refusal(run, file), "has the step 'three', expected a whole number");
    }
  }

  private static void change(Path file, String key, String value) throws IOException {
    Map<String, String> meta = new LinkedHashMap<>();
    Path changed = file.resolveSibling("changed.safetensors");
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      checkpoint.meta().forEach((k, v) -> meta.put(k, String.valueOf(v)));
      meta.put(key, value);
      List<StoredTensor> tensors = new ArrayList<>(checkpoint.tensors().values());
      Safetensors.write(changed, tensors, meta);
    }
    Files.move(changed, file, StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void theStateOfAnotherTrainingIsRejected() throws IOException {
    Graph graph = TinyTraining.graph();
    Path file = folder.resolve("state.safetensors");
    Graph other = TinyTraining.graph(TinyTraining.segmenter(5));
    try (Run run = new Run(graph, FloatType.FLOAT32, TrainingStateTest::sgd);
        Run moreClasses = new Run(other, FloatType.FLOAT32, TrainingStateTest::sgd);
        Run adamW = new Run(graph, FloatType.FLOAT32, TrainingStateTest::adamW);
        Run wide = new Run(graph, FloatType.FLOAT64, TrainingStateTest::sgd)) {
      run.steps(0, 1);
      run.state().save(file, new Progress(1, SEED, Map.of()));
      assertSays(
          refusal(moreClasses, file),
          "model.decode_head.conv_seg.weight",
          "[5, 8, 1, 1]",
          "[3, 8, 1, 1]",
          "The state is from another training");
      assertSays(
          refusal(adamW, file),
          "momentum_buffer",
          "this optimizer keeps exp_avg, exp_avg_sq, step");
      assertSays(refusal(wide, file), "is float32, but this training computes in float64");
      Map<String, ByteBuffer> before = run.bytes();
      TrainingState without = new TrainingState(run.parameters, run.optimizer, Optional.empty());
      String message = assertThrows(IOException.class, () -> without.restore(file)).getMessage();
      assertSays(message, "unexpected: 'average.", "the average");
      assertEquals(before, run.bytes());
    }
  }

  @Test
  void theStateOfATrainingWithOtherFrozenPartsIsRejected() throws IOException {
    Graph graph = TinyTraining.graph();
    Path file = folder.resolve("state.safetensors");
    Function<Parameters, Optimizer> frozen =
        parameters -> {
          parameters.freeze("backbone.norm1");
          return sgd(parameters);
        };
    try (Run all = new Run(graph, FloatType.FLOAT32, TrainingStateTest::sgd);
        Run fewer = new Run(graph, FloatType.FLOAT32, frozen)) {
      fewer.steps(0, 1);
      fewer.state().save(file, new Progress(1, SEED, Map.of()));
      fewer.state().restore(file);
      assertSays(refusal(all, file), "the frozen parts are 'backbone.norm1', but in this run ''");
      all.steps(0, 1);
      all.state().save(file, new Progress(1, SEED, Map.of()));
      assertSays(refusal(fewer, file), "unexpected: 'optimizer.backbone.norm1.weight.momentum");
    }
  }

  @Test
  void anIncompleteStateIsRejected() throws IOException {
    try (Run run = new Run(TinyTraining.graph(), FloatType.FLOAT32, TrainingStateTest::adamW)) {
      run.steps(0, 1);
      Map<String, ByteBuffer> before = run.bytes();
      Map<String, Tensor> state = new LinkedHashMap<>(run.optimizer.state());
      state.remove("backbone.norm1.weight.step");
      assertSays(
          assertThrows(IllegalArgumentException.class, () -> run.optimizer.restore(state))
              .getMessage(),
          "'backbone.norm1.weight' without its 'step'");
      assertEquals(before, run.bytes());
    }
  }

  @Test
  void masksDependOnlyOnSeedAndStep() {
    try (PointerScope scope = new PointerScope()) {
      RandomMasks masks = Masks.random(SEED);
      float[] first = draw(masks);
      assertArrayEquals(first, draw(Masks.random(SEED)));
      assertFalse(Arrays.equals(first, draw(masks.at(1))));
      assertArrayEquals(first, draw(masks.at(0)));
      float[] later = draw(masks.at(3));
      assertArrayEquals(later, draw(Masks.random(SEED).at(3)));
      assertFalse(Arrays.equals(first, later));
      assertFalse(Arrays.equals(first, draw(Masks.random(SEED + 1))));
    }
  }

  @SuppressWarnings("NullAway") // random masks ignore the node
  private static float[] draw(Masks masks) {
    Tensor mask = masks.mask(null, 0.5, ScalarType.Float, 64);
    return Tensors.data(mask).floats();
  }
}
