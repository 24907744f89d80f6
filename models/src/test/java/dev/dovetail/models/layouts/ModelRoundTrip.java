package dev.dovetail.models.layouts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.core.ParameterSpec;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Parameter;
import dev.dovetail.graph.Role;
import dev.dovetail.models.CheckpointMatch;
import dev.dovetail.models.Model;
import dev.dovetail.models.ModelGraph;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.formats.Safetensors;
import dev.dovetail.weights.layouts.Layout;
import dev.dovetail.weights.layouts.Rule;
import dev.dovetail.weights.tensors.ArrayTensor;
import dev.dovetail.weights.tensors.TensorSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.LongStream;

/**
 * Writes the parameters of a small model with other names and reads them back like a user's
 * checkpoint.
 *
 * @param folder the directory for the files
 */
record ModelRoundTrip(Path folder, Model<?, ?> model) {

  private Graph graph() {
    return ModelGraph.bare(model, 1, new Size(64, 64));
  }

  /** Adds tensors that the published model contains but does not use. */
  private List<String> unread() {
    return graph().parameters().stream()
        .filter(p -> p.role() == Role.UNREAD)
        .map(Parameter::name)
        .toList();
  }

  /** Values of each parameter in the order of the graph. */
  private Map<String, TensorSource> parameters() {
    Random random = new Random(1);
    Map<String, TensorSource> all = new LinkedHashMap<>();
    for (Parameter parameter : graph().parameters()) {
      ParameterSpec spec = parameter.spec();
      long[] shape = spec.shape().stream().mapToLong(Long::longValue).toArray();
      float[] values = new float[(int) LongStream.of(shape).reduce(1, (x, y) -> x * y)];
      for (int i = 0; i < values.length; i++) {
        // Biases of keys, which DINOv3 omits, are zero.
        boolean key = spec.name().endsWith("qkv.bias") && i / (values.length / 3) == 1;
        values[i] = key ? 0 : random.nextFloat();
      }
      all.put(spec.name(), ArrayTensor.of(spec.name(), values, shape));
    }
    return all;
  }

  /** Asserts that the names of the model itself are recognized as a layout. */
  void assertRecognized() throws IOException {
    assertTrue(PartRegistry.load().recognise(parameters().keySet()).isPresent(), "its own names");
  }

  /**
   * Asserts that the written checkpoint is read back completely.
   *
   * @param opposite rules that convert the model's names to another publisher's
   */
  void assertReadBack(List<Rule> opposite) throws IOException {
    Map<String, TensorSource> ours = parameters();
    Path file = folder.resolve("ours.safetensors");
    Path theirs = folder.resolve("theirs.safetensors");
    Safetensors.write(file, ours.values(), Map.of());
    try (Checkpoint plain = Checkpoint.open(file)) {
      Layout writing = new Layout("the opposite", opposite);
      Safetensors.write(theirs, writing.apply(plain.tensors()).tensors().values(), Map.of());
    }
    try (Checkpoint written = Checkpoint.open(theirs)) {
      Map<String, TensorSource> read = CheckpointMatch.of(model, written).requireComplete(false);
      ours.keySet().removeAll(unread());
      assertEquals(new TreeSet<>(ours.keySet()), new TreeSet<>(read.keySet()));
      for (TensorSource tensor : ours.values()) {
        assertEquals(
            List.of(tensor.shape(), floats(tensor)),
            List.of(read.get(tensor.name()).shape(), floats(read.get(tensor.name()))),
            tensor.name());
      }
    }
  }

  private static List<Float> floats(TensorSource tensor) throws IOException {
    List<Float> values = new ArrayList<>();
    for (float value : tensor.floats()) {
      values.add(value);
    }
    return values;
  }
}
