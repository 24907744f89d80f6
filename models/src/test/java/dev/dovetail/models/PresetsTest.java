package dev.dovetail.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.Features;
import dev.dovetail.backbones.Stage;
import dev.dovetail.core.DType;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Cost;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.Trace;
import dev.dovetail.registry.Preset;
import java.util.stream.Stream;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Traces every published variant of the registry without weights at its published size. */
@Execution(ExecutionMode.CONCURRENT)
class PresetsTest {

  private static final PartRegistry REGISTRY = PartRegistry.load();

  static Stream<Preset> presets() {
    return REGISTRY.presets().stream();
  }

  static Stream<Preset> backbones() {
    return presets().filter(p -> p.model() instanceof Backbone);
  }

  @ParameterizedTest
  @MethodSource("backbones")
  void everyBackboneHasItsDeclaredStridesAndChannels(Preset preset) {
    Backbone backbone = (Backbone) preset.model();
    Trace trace = new Trace();
    Tensor image = trace.input("image", DType.FLOAT32, 1, 3, preset.size(), preset.size());
    Features x = backbone.stem(trace.root(), image);
    for (int i = 0; i < backbone.stages().size(); i++) {
      Stage stage = backbone.stages().get(i);
      x = backbone.blocks(trace.root(), x, i, 0, stage.blocks());
      int cells = (preset.size() + stage.stride() - 1) / stage.stride();
      assertEquals(stage.stride(), x.stride(), stage.toString());
      assertEquals(
          Shape.of(1, stage.channels(), cells, cells),
          backbone.output(trace.root(), x, i).shape(),
          stage.toString());
    }
  }

  @ParameterizedTest
  @MethodSource("presets")
  void everyVariantHasThePublishedCost(Preset preset) {
    ModelConfig config = ModelConfig.of(PresetConfig.of(preset), REGISTRY);
    Size size = new Size(preset.size(), preset.size());
    Cost cost = Cost.perScope(ModelGraph.bare(config.model(), 1, size)).get("");
    preset
        .published()
        .ifPresent(
            figures ->
                assertTrue(
                    figures.agrees(cost),
                    preset.name()
                        + " has "
                        + cost.parameters() / 1e6
                        + " M parameters and "
                        + cost.macs() / 1e9
                        + " GMAC, published are "
                        + figures));
  }
}
