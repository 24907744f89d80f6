package org.example.toydetr;

import dev.dovetail.formats.Size;
import dev.dovetail.graph.Parameter;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.ModelGraph;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.weights.formats.Safetensors;
import dev.dovetail.weights.tensors.ArrayTensor;
import dev.dovetail.weights.tensors.TensorSource;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A checkpoint with the initial weights of training. */
final class RandomWeights {

  private RandomWeights() {}

  /** Writes all parameters of a config's model; they are the same in every run. */
  static Path write(Path file, Path config, String... overrides) throws IOException {
    ModelConfig read = ModelConfig.read(config, List.of(overrides), PartRegistry.load());
    Random random = new Random(1);
    List<TensorSource> tensors = new ArrayList<>();
    for (Parameter p : ModelGraph.bare(read.model(), 1, new Size(64, 64)).parameters()) {
      float[] values = new float[Math.toIntExact(p.shape().elements())];
      p.init().fill(FloatBuffer.wrap(values), p.shape(), random);
      long[] shape = Arrays.stream(p.shape().dims()).asLongStream().toArray();
      tensors.add(ArrayTensor.of(p.name(), values, shape));
    }
    Safetensors.write(file, tensors, Map.of());
    return file;
  }
}
