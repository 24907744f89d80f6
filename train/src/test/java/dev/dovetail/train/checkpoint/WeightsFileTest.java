package dev.dovetail.train.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.core.DType;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.TensorData;
import dev.dovetail.models.LoadedModel;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.ModelGraph;
import dev.dovetail.runtime.Plan;
import dev.dovetail.runtime.Settings;
import dev.dovetail.train.engine.Executable;
import dev.dovetail.train.engine.FloatType;
import dev.dovetail.train.engine.Masks;
import dev.dovetail.train.engine.Parameters;
import dev.dovetail.train.engine.Pass;
import dev.dovetail.train.engine.Tensors;
import dev.dovetail.train.optim.MovingAverage;
import dev.dovetail.train.optim.ParameterGroups;
import dev.dovetail.train.optim.Sgd;
import dev.dovetail.weights.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A written file opens like any published checkpoint and predicts the same. */
class WeightsFileTest {

  @TempDir Path folder;

  private static void train(Graph graph, Parameters parameters, int steps) {
    try (Executable executable = Executable.of(graph, parameters.type());
        Sgd sgd = new Sgd(ParameterGroups.one(0).of(parameters), 0.9, false)) {
      for (int i = 0; i < steps; i++) {
        try (PointerScope scope = new PointerScope()) {
          parameters.clearGradients();
          TinyTraining.losses(executable, parameters, Masks.none(), i).total().backward();
          sgd.step(parameters, 0.01);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void theWrittenFileOpensAndPredictsTheSame(FloatType type) throws IOException {
    ModelConfig config = TinyTraining.segmenter(TinyTraining.CLASSES);
    Graph bare = ModelGraph.bare(config.model(), 1, new Size(64, 96));
    Path file = folder.resolve("last.safetensors");
    try (Parameters parameters = Parameters.initial(TinyTraining.graph(), type, 1)) {
      train(TinyTraining.graph(), parameters, 2);
      new WeightsFile(parameters, Optional.empty()).write(file, DType.FLOAT32, Map.of("step", "2"));
      float[] pixels = new float[3 * 64 * 96];
      Random random = new Random(3);
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = (float) random.nextGaussian();
      }
      Map<String, TensorData> inputs = Map.of("pixel_values", TensorData.of(pixels, 1, 3, 64, 96));
      Map<String, TensorData> trained = infer(bare, parameters, inputs);
      try (LoadedModel loaded = LoadedModel.open(config.model(), file, false);
          Plan plan = Plan.compile(bare, loaded.weights(), Settings.cpu())) {
        assertEquals(Map.of("step", "2", "format", "pt"), loaded.checkpoint().meta());
        Map<String, TensorData> opened = plan.run(inputs);
        assertEquals(Set.of("f1", "f2", "f3", "f4", "logits"), trained.keySet());
        assertEquals(trained.keySet(), opened.keySet());
        for (String name : trained.keySet()) {
          assertArrayEquals(trained.get(name).floats(), opened.get(name).floats(), 1e-4f, name);
        }
      }
    }
  }

  private static Map<String, TensorData> infer(
      Graph graph, Parameters parameters, Map<String, TensorData> inputs) {
    Map<String, TensorData> results = new LinkedHashMap<>();
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard();
        Executable executable = Executable.of(graph, parameters.type())) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      inputs.forEach((name, data) -> tensors.put(name, Tensors.of(data, parameters.type())));
      executable
          .run(parameters, tensors, Pass.inference())
          .forEach((name, t) -> results.put(name, Tensors.data(t)));
    }
    return results;
  }

  @Test
  void theFileContainsAllPublishedNamesAndStepCounts() throws IOException {
    Graph graph = TinyTraining.graph();
    Path file = folder.resolve("last.safetensors");
    try (Parameters parameters = Parameters.initial(graph, FloatType.FLOAT32, 1)) {
      train(graph, parameters, 3);
      new WeightsFile(parameters, Optional.empty()).write(file, DType.FLOAT32, Map.of());
      try (Checkpoint checkpoint = Checkpoint.open(file)) {
        assertTrue(checkpoint.tensors().keySet().containsAll(parameters.names()));
        assertTrue(checkpoint.tensors().containsKey("auxiliary_head.conv_seg.weight"));
        for (String counter : parameters.steps().keySet()) {
          assertEquals(DType.INT64, checkpoint.tensors().get(counter).type());
          assertEquals(List.of(), checkpoint.tensors().get(counter).shape());
          assertArrayEquals(new long[] {3}, checkpoint.tensors().get(counter).longs());
        }
        for (String name : parameters.names()) {
          TensorData value = Tensors.data(parameters.value(name));
          if (value.type().dtype() == DType.FLOAT32) {
            assertArrayEquals(value.floats(), checkpoint.tensors().get(name).floats(), name);
          }
        }
      }
    }
  }

  @Test
  void halfPrecisionRoundsWeightsButNotStatistics() throws IOException {
    Graph graph = TinyTraining.graph();
    Path file = folder.resolve("half.safetensors");
    try (Parameters parameters = Parameters.initial(graph, FloatType.FLOAT32, 1)) {
      String variance = first(parameters, "running_var");
      float[] large = Tensors.data(parameters.value(variance)).floats();
      Arrays.fill(large, 1e5f);
      parameters.set(variance, TensorData.of(large, large.length));
      new WeightsFile(parameters, Optional.empty()).write(file, DType.FLOAT16, Map.of());
      try (Checkpoint checkpoint = Checkpoint.open(file)) {
        String weight = "backbone.patch_embed.proj.weight";
        assertEquals(DType.FLOAT16, checkpoint.tensors().get(weight).type());
        float[] expected = Tensors.data(parameters.value(weight)).floats();
        assertArrayEquals(expected, checkpoint.tensors().get(weight).floats(), 1e-3f);
        assertArrayEquals(large, checkpoint.tensors().get(variance).floats());
      }
      LoadedModel.open(TinyTraining.segmenter(TinyTraining.CLASSES).model(), file, false).close();
    }
  }

  private static String first(Parameters parameters, String suffix) {
    return parameters.names().stream().filter(n -> n.endsWith(suffix)).findFirst().orElseThrow();
  }

  @Test
  void theAverageReplacesItsParameters() throws IOException {
    Graph graph = TinyTraining.graph();
    Path file = folder.resolve("best.safetensors");
    try (Parameters parameters = Parameters.initial(graph, FloatType.FLOAT32, 1);
        MovingAverage average = new MovingAverage(parameters, parameters.weights())) {
      float[] before = Tensors.data(parameters.value("backbone.norm1.weight")).floats();
      train(graph, parameters, 2);
      new WeightsFile(parameters, Optional.of(average)).write(file, DType.FLOAT32, Map.of());
      String mean = first(parameters, "running_mean");
      try (Checkpoint checkpoint = Checkpoint.open(file)) {
        assertArrayEquals(before, checkpoint.tensors().get("backbone.norm1.weight").floats());
        assertArrayEquals(
            Tensors.data(parameters.value(mean)).floats(), checkpoint.tensors().get(mean).floats());
      }
    }
  }

  @Test
  void aNonFiniteWeightIsNotWrittenAndAnEarlierFileIsKept() throws IOException {
    Path file = Files.writeString(folder.resolve("last.safetensors"), "earlier");
    try (Parameters parameters = Parameters.initial(TinyTraining.graph(), FloatType.FLOAT32, 1)) {
      WeightsFile weights = new WeightsFile(parameters, Optional.empty());
      float[] values = new float[16];
      values[3] = 1e5f;
      parameters.set("backbone.norm1.weight", TensorData.of(values, 16));
      IOException large =
          assertThrows(IOException.class, () -> weights.write(file, DType.FLOAT16, Map.of()));
      assertTrue(large.getMessage().contains("'backbone.norm1.weight'"), large.getMessage());
      assertTrue(large.getMessage().contains("too large for float16"), large.getMessage());
      assertTrue(large.getMessage().contains("write float32"), large.getMessage());
      values[3] = Float.NaN;
      parameters.set("backbone.norm1.weight", TensorData.of(values, 16));
      IOException nan =
          assertThrows(IOException.class, () -> weights.write(file, DType.FLOAT32, Map.of()));
      assertTrue(nan.getMessage().contains("1 NaN"), nan.getMessage());
      assertEquals("earlier", Files.readString(file));
      try (Stream<Path> files = Files.list(folder)) {
        assertEquals(1, files.count(), "no other files remain");
      }
    }
  }

  @Test
  void otherTypesAreRejected() throws IOException {
    try (Parameters parameters = Parameters.initial(TinyTraining.graph(), FloatType.FLOAT32, 1)) {
      WeightsFile weights = new WeightsFile(parameters, Optional.empty());
      assertThrows(
          IllegalArgumentException.class,
          () -> weights.write(folder.resolve("x"), DType.INT64, Map.of()));
    }
  }
}
