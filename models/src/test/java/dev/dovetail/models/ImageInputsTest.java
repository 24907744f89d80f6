package dev.dovetail.models;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.core.DType;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.TensorType;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.onnx.ParameterStore;
import dev.dovetail.images.Geometry;
import dev.dovetail.images.Image;
import dev.dovetail.images.PixelNormalization;
import dev.dovetail.images.Preprocess;
import dev.dovetail.images.Preprocess.Crop;
import dev.dovetail.images.Preprocess.Filter;
import dev.dovetail.images.Preprocess.Fit;
import dev.dovetail.images.Preprocess.Sides;
import dev.dovetail.images.Preprocess.Sides.Fill;
import dev.dovetail.images.Preprocess.Target;
import dev.dovetail.runtime.Plan;
import dev.dovetail.runtime.Settings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The start of a whole graph with images of different sizes in a batch. */
class ImageInputsTest {

  private static final Size PADDED = new Size(6, 8);

  @ParameterizedTest
  @EnumSource(Fill.class)
  void paddingHasTheColorOfTheConfig(Fill fill) throws IOException {
    Preprocess preprocess =
        new Preprocess(
            Target.edges(Fit.SHORT_EDGE_BOUNDED, 8, 6),
            Filter.BILINEAR,
            Crop.none(),
            Sides.padded(1).paddedTo(PADDED.height(), PADDED.width(), fill),
            List.of(100f, 50f, 20f),
            List.of(50f, 25f, 10f),
            true);
    int bytes = (int) PADDED.pixels() * Image.CHANNELS;
    ByteBuffer pixels = ByteBuffer.allocateDirect(2 * bytes);
    while (pixels.hasRemaining()) {
      pixels.put((byte) 77); // data of an earlier image
    }
    long[] shapes = new long[4];
    List<Size> originals = List.of(new Size(12, 16), new Size(5, 20));
    for (int i = 0; i < 2; i++) {
      byte[] white = new byte[(int) originals.get(i).pixels() * Image.CHANNELS];
      Arrays.fill(white, (byte) 200);
      Geometry where =
          preprocess
              .preparation()
              .write(Image.of(originals.get(i), white), pixels.slice(i * bytes, bytes), PADDED);
      shapes[2 * i] = where.resized().height();
      shapes[2 * i + 1] = where.resized().width();
    }
    float[] values = run(preprocess, pixels.flip(), shapes);
    for (int i = 0; i < values.length; i++) {
      int x = i % PADDED.width();
      int y = i / PADDED.width() % PADDED.height();
      int image = i / bytes;
      boolean inside = y < shapes[2 * image] && x < shapes[2 * image + 1];
      int c = (int) (i / PADDED.pixels() % 3);
      float black = fill == Fill.BLACK ? -2 : 0;
      assertEquals(inside ? List.of(2, 6, 18).get(c) : black, values[i], 1e-6, "at " + i);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void everyPixelIsNormalizedBitwiseAsInTheReference(long seed) throws IOException {
    Random random = new Random(seed);
    PixelNormalization normalization =
        new PixelNormalization(
            List.of(random.nextFloat() * 255, random.nextFloat(), 127.5f),
            List.of(random.nextFloat() * 100 + 0.1f, random.nextFloat() + 1e-3f, 58.395f),
            random.nextBoolean());
    ByteBuffer pixels = ByteBuffer.allocateDirect(256 * Image.CHANNELS);
    for (int i = 0; i < 256 * Image.CHANNELS; i++) {
      pixels.put((byte) (i / Image.CHANNELS));
    }
    Trace trace = new Trace();
    TensorType type = TensorType.of(DType.UINT8, 1, 16, 16, 3);
    Tensor image = trace.input("image", DType.UINT8, 1, 16, 16, 3);
    Tensor normalised = ImageInputs.normalise(trace.root(), image, normalization).pixels();
    try (Plan plan =
        Plan.compile(
            trace.graph(Map.of("pixels", normalised)), ParameterStore.none(), Settings.cpu())) {
      Map<String, TensorData> inputs =
          Map.of(
              "image", TensorData.of(type, pixels.flip()),
              "img_shape", TensorData.of(new long[] {16, 16}, 1, 2));
      float[] values = plan.run(inputs).get("pixels").floats();
      for (int i = 0; i < values.length; i++) {
        assertEquals(
            normalization.of(i / 256, i % 256), values[i], 0, "value " + i + " of seed " + seed);
      }
    }
  }

  private static float[] run(Preprocess preprocess, ByteBuffer pixels, long[] shapes)
      throws IOException {
    Trace trace = new Trace();
    TensorType type = TensorType.of(DType.UINT8, 2, PADDED.height(), PADDED.width(), 3);
    Tensor image = trace.input("image", DType.UINT8, 2, PADDED.height(), PADDED.width(), 3);
    Tensor normalised =
        ImageInputs.of(trace.root(), image, preprocess, preprocess.fills()).pixels();
    try (Plan plan =
        Plan.compile(
            trace.graph(Map.of("pixels", normalised)), ParameterStore.none(), Settings.cpu())) {
      return plan.run(
              Map.of(
                  "image", TensorData.of(type, pixels),
                  "img_shape", TensorData.of(shapes, 2, 2)))
          .get("pixels")
          .floats();
    }
  }
}
