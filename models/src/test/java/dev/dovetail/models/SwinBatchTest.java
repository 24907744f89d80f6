package dev.dovetail.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.dovetail.backbones.Features;
import dev.dovetail.backbones.swin.Swin;
import dev.dovetail.backbones.swin.Swin.Patches;
import dev.dovetail.backbones.swin.Swin.Size;
import dev.dovetail.backbones.swin.Swin.Version;
import dev.dovetail.backbones.swin.Swin.Windows;
import dev.dovetail.backbones.swin.WindowPadding;
import dev.dovetail.core.DType;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.runtime.DerivedFiles;
import dev.dovetail.runtime.Plan;
import dev.dovetail.runtime.Settings;
import dev.dovetail.runtime.WeightBinding;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Swin's windows, with and without masks, for batches of several images. */
@Tag("slow")
class SwinBatchTest {

  private static final int HEIGHT = 60;
  private static final int WIDTH = 92;

  @ParameterizedTest
  @EnumSource
  void imagesOfABatchAreIndependent(Version version) throws Exception {
    for (WindowPadding borders : List.of(WindowPadding.TIMM, WindowPadding.MMDETECTION)) {
      Swin swin =
          Swin.of(
                  version,
                  new Size(8, List.of(2, 2), List.of(2, 2)),
                  new Windows(4, borders, List.of()),
                  new Patches(4, List.of(64, 64)))
              .withMlpRatio(2);
      float[] pixels = new float[2 * 3 * HEIGHT * WIDTH];
      Random random = new Random(3);
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = random.nextFloat();
      }
      float[] both = run(swin, 2, pixels);
      int half = pixels.length / 2;
      float[] first = run(swin, 1, Arrays.copyOfRange(pixels, 0, half));
      float[] second = run(swin, 1, Arrays.copyOfRange(pixels, half, 2 * half));
      assertArrayEquals(first, Arrays.copyOfRange(both, 0, first.length), 1e-5f);
      assertArrayEquals(second, Arrays.copyOfRange(both, first.length, both.length), 1e-5f);
    }
  }

  private static float[] run(Swin swin, int batch, float[] pixels) throws Exception {
    Trace trace = new Trace();
    Tensor image = trace.input("image", DType.FLOAT32, batch, 3, HEIGHT, WIDTH);
    Features x = swin.stem(trace.root(), image);
    x = swin.blocks(trace.root(), x, 0, 0, 2);
    x = swin.blocks(trace.root(), x, 1, 0, 2);
    WeightBinding weights = WeightBinding.of(Map.of(), DerivedFiles.standard());
    try (Plan plan = Plan.compile(trace.graph(Map.of("map", x.map())), weights, Settings.cpu())) {
      return plan.run(Map.of("image", TensorData.of(pixels, batch, 3, HEIGHT, WIDTH)))
          .get("map")
          .floats();
    }
  }
}
