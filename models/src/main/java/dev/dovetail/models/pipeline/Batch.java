package dev.dovetail.models.pipeline;

import dev.dovetail.data.image.Geometry;
import dev.dovetail.data.image.Image;
import dev.dovetail.data.image.Size;
import dev.dovetail.data.semantic.LabelMap;
import dev.dovetail.graph.DType;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.TensorType;
import dev.dovetail.models.Model;
import dev.dovetail.models.Task;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Images of one padded size on their way through a plan.
 *
 * @param size of the plan's batch; where there are fewer images the last one fills it up, which is
 *     cheaper than another plan
 */
record Batch(List<Prepared> images, int size) {

  /**
   * An image ready for the model.
   *
   * @param pixels uint8 [padded height, padded width, 3]
   */
  record Prepared(Job job, Geometry geometry, ByteBuffer pixels) {}

  /** Whether an image may join: batches of label maps have one original size. */
  boolean takes(Prepared other, Model model) {
    Geometry mine = images.get(0).geometry();
    return mine.padded().equals(other.geometry().padded())
        && (!(model.task() instanceof Task.Semantic)
            || mine.original().equals(other.geometry().original()));
  }

  PlanKey key() {
    return new PlanKey(size, images.get(0).geometry().padded());
  }

  /**
   * The inputs of the whole graph.
   *
   * @param pixels of {@link #pixels}
   */
  Map<String, TensorData> inputs(Model model, ByteBuffer pixels) {
    int n = size;
    Size padded = images.get(0).geometry().padded();
    long[] imageShape = new long[2 * n];
    long[] originalShape = new long[2 * n];
    float[] scale = new float[4 * n];
    for (int i = 0; i < n; i++) {
      Geometry g = at(i).geometry();
      imageShape[2 * i] = g.resized().height();
      imageShape[2 * i + 1] = g.resized().width();
      originalShape[2 * i] = g.original().height();
      originalShape[2 * i + 1] = g.original().width();
      System.arraycopy(g.scaleFactor(), 0, scale, 4 * i, 4);
    }
    Map<String, TensorData> inputs = new HashMap<>();
    inputs.put(
        "image",
        TensorData.of(
            TensorType.of(DType.UINT8, n, padded.height(), padded.width(), Image.CHANNELS),
            pixels));
    inputs.put("img_shape", TensorData.of(imageShape, n, 2));
    if (!(model.task() instanceof Task.Classification)) {
      inputs.put("ori_shape", TensorData.of(originalShape, n, 2));
    }
    if (model.task() instanceof Task.Instances) {
      inputs.put("scale_factor", TensorData.of(scale, n, 4));
    }
    return inputs;
  }

  /**
   * The pixels of all images, uint8 [batch, height, width, 3]: of a single one its own.
   *
   * @param slots where room for several is taken
   */
  ByteBuffer pixels(Slots slots) {
    if (size == 1) {
      return images.get(0).pixels();
    }
    ByteBuffer all = slots.take(images.get(0).pixels().remaining() * size);
    for (int i = 0; i < size; i++) {
      all.put(at(i).pixels().duplicate());
    }
    return all.flip();
  }

  private Prepared at(int i) {
    return images.get(Math.min(i, images.size() - 1));
  }

  /** The outputs of the whole graph, image by image. */
  List<Outcome> outcomes(Model model, Map<String, TensorData> outputs) {
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      outcomes.add(outcome(model.task(), outputs, i));
    }
    return outcomes;
  }

  private static Outcome outcome(Task task, Map<String, TensorData> outputs, int image) {
    if (task instanceof Task.Classification) {
      TensorData scores = outputs.get("scores");
      int classes = scores.type().shape().dim(1);
      return new Outcome.Classes(floats(scores, image * classes, classes));
    }
    return task instanceof Task.Instances ? objects(outputs, image) : labels(outputs, image);
  }

  private static Outcome.Objects objects(Map<String, TensorData> outputs, int image) {
    TensorData probs = outputs.get("mask_probs");
    int most = probs.type().shape().dim(1);
    int side = probs.type().shape().dim(2);
    int count = Math.toIntExact(outputs.get("count").longs()[image]);
    float[] boxes = floats(outputs.get("boxes"), image * most * 4, count * 4);
    float[] scores = floats(outputs.get("scores"), image * most, count);
    float[] masks = floats(probs, image * most * side * side, count * side * side);
    long[] labels = outputs.get("labels").longs();
    int[] own = new int[count];
    Arrays.setAll(own, i -> Math.toIntExact(labels[image * most + i]));
    return new Outcome.Objects(boxes, scores, own, masks, side);
  }

  private static float[] floats(TensorData data, int from, int count) {
    float[] values = new float[count];
    data.bytes().asFloatBuffer().position(from).get(values);
    return values;
  }

  private static Outcome.Labels labels(Map<String, TensorData> outputs, int image) {
    TensorData map = outputs.get("label_map");
    Size size = new Size(map.type().shape().dim(1), map.type().shape().dim(2));
    int pixels = Math.toIntExact(size.pixels());
    if (map.type().dtype() == DType.UINT8) {
      byte[] labels = new byte[pixels];
      map.bytes().position(image * pixels).get(labels);
      return new Outcome.Labels(new LabelMap.Bytes(size, labels));
    }
    short[] labels = new short[pixels];
    map.bytes().asShortBuffer().position(image * pixels).get(labels);
    return new Outcome.Labels(new LabelMap.Shorts(size, labels));
  }
}
