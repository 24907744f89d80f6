package org.example.convmixer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.backbones.Backbone;
import dev.dovetail.core.DType;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Cost;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.heads.BackboneNetwork;
import dev.dovetail.models.Model;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.ModelGraph;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.registry.KnownLayout;
import dev.dovetail.runtime.DerivedFiles;
import dev.dovetail.runtime.Plan;
import dev.dovetail.runtime.Settings;
import dev.dovetail.runtime.WeightBinding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConvMixerTest {

  private static final Path CONFIG = Path.of("configs", "upernet-vit-comer-convmixer.json");

  @TempDir private Path cache;

  private static Model<?, ?> model(String... overrides) throws IOException {
    return ModelConfig.read(CONFIG, List.of(overrides), PartRegistry.load()).model();
  }

  private static Backbone backbone(String... overrides) throws IOException {
    return ((BackboneNetwork<?>) model(overrides).network()).backbone();
  }

  @Test
  void aConfigSelectsTheBackboneByTypeOrPreset() throws IOException {
    assertEquals(new ConvMixer(384, 12, 9, 16), backbone());
    assertEquals(
        new ConvMixer(1024, 20, 9, 16),
        backbone(
            "backbone={\"type\": \"convmixer_1024_20_ks9_p14\", \"patchSize\": 16}",
            "adapter.interactionIndexes=[[0, 4], [5, 9], [10, 14], [15, 19]]"));
  }

  @ParameterizedTest
  @CsvSource({"1024, 20, 9, 14, 24383464", "1536, 20, 9, 7, 51625960"})
  void theVariantsHaveTheParameterCountsOfTimm(
      int width, int depth, int kernel, int patchSize, long parameters) {
    ConvMixer backbone = new ConvMixer(width, depth, kernel, patchSize);
    Trace trace = new Trace();
    Tensor image = trace.input("image", DType.FLOAT32, 1, 3, 224, 224);
    var last = backbone.blocks(trace.root(), backbone.stem(trace.root(), image), 0, 0, depth);
    Graph graph = trace.graph(Map.of("logits", backbone.logits(trace.root(), last, 1000)));
    assertEquals(parameters, Cost.perScope(graph).get("").parameters());
  }

  @Test
  void aCheckpointIsRecognizedByItsNames() throws IOException {
    Trace trace = new Trace();
    Tensor image = trace.input("image", DType.FLOAT32, 1, 3, 32, 32);
    new ConvMixer(8, 1, 3, 16).logits(trace.root(), image, 10);
    Set<String> names =
        trace.graph(Map.of()).parameters().stream().map(p -> p.name()).collect(Collectors.toSet());
    KnownLayout layout = PartRegistry.load().recognise(names).orElseThrow().known();
    assertEquals("convmixer", layout.family());
    assertEquals("timm", layout.publisher());
  }

  @Test
  void gridsCoverImagesOfAnySize() {
    Trace trace = new Trace();
    Tensor image = trace.input("image", DType.FLOAT32, 1, 3, 75, 101);
    var x = new ConvMixer(8, 1, 3, 16).stem(trace.root(), image);
    assertEquals(Shape.of(1, 8, 5, 7), x.map().shape());
  }

  @Test
  void aSegmenterWithViTCoMerRuns() throws IOException {
    Model<?, ?> tiny =
        model(
            "backbone.width=16",
            "backbone.depth=2",
            "adapter.interactionIndexes=[[0, 0], [1, 1]]",
            "adapter.flavour=detection",
            "adapter.deformHeads=2",
            "head.classes=3",
            "head.channels=8");
    Graph graph = ModelGraph.bare(tiny, 1, new Size(64, 96));
    float[] pixels = new float[3 * 64 * 96];
    Random random = new Random(1);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextGaussian();
    }
    WeightBinding initial = WeightBinding.of(Map.of(), new DerivedFiles(cache, 1 << 28));
    try (Plan plan = Plan.compile(graph, initial, Settings.cpu())) {
      TensorData logits =
          plan.run(Map.of("pixel_values", TensorData.of(pixels, 1, 3, 64, 96))).get("logits");
      assertEquals(Shape.of(1, 3, 16, 24), logits.type().shape());
      for (float value : logits.floats()) {
        assertTrue(Float.isFinite(value));
      }
    }
  }

  @Test
  void anEvenKernelIsRejected() {
    assertThrows(IllegalArgumentException.class, () -> new ConvMixer(8, 1, 4, 16));
  }
}
