package dev.dovetail.models.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.core.DType;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.TensorType;
import dev.dovetail.images.Geometry;
import dev.dovetail.images.Image;
import dev.dovetail.images.PixelNormalization;
import dev.dovetail.images.Preparation;
import dev.dovetail.images.Resize;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/** Runs fixtures of checkpoints, images and masks. */
final class DataRunners {

  private static final int DIVISOR = 32;

  private DataRunners() {}

  static Map<String, FixtureTest> all() {
    Map<String, FixtureTest> tests = new HashMap<>();
    tests.put("checkpoint_loading", CheckpointFormats::compare);
    tests.put("op/preprocess", (FixtureRunner) DataRunners::preprocess);
    tests.put("op/paste_mask", (FixtureRunner) DataRunners::pasteMask);
    return tests;
  }

  /** Names of the tensors of image i end with i. */
  private static List<Map<String, TensorData>> preprocess(Fixture fixture, int index)
      throws java.io.IOException {
    JsonNode config = fixture.config();
    PixelNormalization normalization =
        new PixelNormalization(
            floats(config.get("mean")),
            floats(config.get("std")),
            config.get("to_rgb").asBoolean());
    Map<String, TensorData> out = new LinkedHashMap<>();
    for (Map.Entry<String, TensorData> raw : fixture.inputs(index).entrySet()) {
      String i = raw.getKey().replaceAll("\\D", "");
      JsonNode scale = config.get("cases").get(Integer.parseInt(i)).get("scale");
      Resize keepRatio = new Resize.KeepRatio(scale.get(0).asInt(), scale.get(1).asInt());
      Image image = image(raw.getValue());
      put(out, "det", i, new Preparation(List.of(keepRatio), DIVISOR), normalization, image);
      Preparation up = new Preparation(List.of(keepRatio, new Resize.ToMultiple(DIVISOR)), 1);
      put(out, "seg", i, up, normalization, image);
    }
    return List.of(out);
  }

  private static void put(
      Map<String, TensorData> out,
      String kind,
      String i,
      Preparation preparation,
      PixelNormalization normalization,
      Image image)
      throws java.io.IOException {
    Geometry g = preparation.geometry(image.size());
    TensorData resized = pixels(preparation.apply(image));
    out.put(kind + "_resized" + i, resized);
    out.put(kind + "_image" + i, WholeImage.normalised(resized, g.padded(), normalization));
  }

  private static Image image(TensorData pixels) {
    byte[] bgr = new byte[pixels.bytes().remaining()];
    pixels.bytes().get(bgr);
    return Image.of(new Size(pixels.type().shape().dim(0), pixels.type().shape().dim(1)), bgr);
  }

  private static TensorData pixels(Image image) {
    return TensorData.of(
        TensorType.of(DType.UINT8, image.size().height(), image.size().width(), Image.CHANNELS),
        ByteBuffer.wrap(image.toBytes()));
  }

  private static List<Float> floats(JsonNode numbers) {
    return StreamSupport.stream(numbers.spliterator(), false)
        .map(n -> (float) n.asDouble())
        .toList();
  }

  private static List<Map<String, TensorData>> pasteMask(Fixture fixture, int index)
      throws java.io.IOException {
    JsonNode config = fixture.config();
    Size image =
        new Size(config.get("image_size").get(0).asInt(), config.get("image_size").get(1).asInt());
    double threshold = config.get("arguments").get("threshold").asDouble();
    return List.of(Map.of("masks", ModelRunners.pasted(fixture.inputs(index), image, threshold)));
  }
}
