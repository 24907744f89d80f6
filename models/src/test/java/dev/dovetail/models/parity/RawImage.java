package dev.dovetail.models.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.core.DType;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.TensorType;
import dev.dovetail.images.Geometry;
import dev.dovetail.images.Image;
import dev.dovetail.images.Preprocess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The decoded image of a fixture as the input of a whole graph.
 *
 * @param pixels uint8 [1, height, width, 3]: resized, top left in the padded size
 */
record RawImage(Geometry geometry, TensorData pixels) {

  /** Returns the preprocessing of a fixture. */
  static Preprocess preprocess(JsonNode image) {
    boolean pads = image.has("pad_divisor");
    Preprocess usual = pads ? Preprocess.detection() : Preprocess.segmentation();
    return new Preprocess(
        Preprocess.Target.edges(
            usual.target().fit(),
            image.at("/resize_scale/0").asInt(),
            image.at("/resize_scale/1").asInt()),
        usual.filter(),
        usual.middle(),
        Preprocess.Sides.padded(
            image.path(pads ? "pad_divisor" : "size_divisor").asInt(usual.divisor())),
        floats(image.path("mean"), usual.mean()),
        floats(image.path("std"), usual.std()),
        image.path("to_rgb").asBoolean(usual.rgb()));
  }

  private static List<Float> floats(JsonNode list, List<Float> otherwise) {
    List<Float> values = new ArrayList<>();
    list.forEach(v -> values.add((float) v.asDouble()));
    return values.isEmpty() ? otherwise : values;
  }

  static RawImage of(Fixture fixture, Preprocess preprocess) throws IOException {
    TensorData raw = fixture.inputs(-1).get("raw_image_bgr");
    byte[] bgr = new byte[raw.bytes().remaining()];
    raw.bytes().get(bgr);
    return of(
        Image.of(new Size(raw.type().shape().dim(0), raw.type().shape().dim(1)), bgr), preprocess);
  }

  static RawImage of(Image image, Preprocess preprocess) {
    Size padded = preprocess.preparation().geometry(image.size()).padded();
    ByteBuffer slot = ByteBuffer.allocateDirect((int) padded.pixels() * Image.CHANNELS);
    Geometry geometry = preprocess.preparation().write(image, slot, padded);
    Shape shape = Shape.of(1, padded.height(), padded.width(), Image.CHANNELS);
    return new RawImage(geometry, TensorData.of(new TensorType(DType.UINT8, shape), slot));
  }

  /** Runs a whole graph and compares its normalized image with that of the fixture, if any. */
  List<Map<String, TensorData>> run(Fixture fixture, Graph graph) throws IOException {
    Map<String, Tensor> outputs = new LinkedHashMap<>(graph.outputs());
    outputs.put("normalised", graph.value("preprocess").orElseThrow());
    List<Map<String, TensorData>> results =
        TracedRun.run(Optional.of(fixture.weights()), inputs(graph), graph.withOutputs(outputs));
    TensorData expected = fixture.inputs(-1).get("image");
    for (Map<String, TensorData> result : results) {
      if (expected != null) {
        Comparison.assertMatches("the normalized image", expected, result.get("normalised"), 0);
      }
    }
    return results;
  }

  /** Returns the inputs of a graph for the image. */
  Map<String, TensorData> inputs(Graph graph) {
    Map<String, TensorData> inputs = new LinkedHashMap<>();
    inputs.put("image", pixels);
    inputs.put("img_shape", shape(geometry.resized()));
    inputs.put("ori_shape", shape(geometry.original()));
    inputs.put("scale_factor", scaleFactor());
    inputs.keySet().retainAll(graph.inputs().keySet());
    return inputs;
  }

  TensorData scaleFactor() {
    return TensorData.of(geometry.scaleFactor(), 1, 4);
  }

  private static TensorData shape(Size size) {
    return TensorData.of(new long[] {size.height(), size.width()}, 1, 2);
  }
}
