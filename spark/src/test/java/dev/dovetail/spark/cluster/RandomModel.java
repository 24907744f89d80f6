package dev.dovetail.spark.cluster;

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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A small model with random weights. */
record RandomModel(Path config, Path weights) {

  private static final String BACKBONE =
      """
        "backbone": {"type": "vit", "width": 16, "depth": 4, "heads": 2, "windows": [0],
                     "pretrainSize": 64},
        "adapter": {"type": "vit-comer", "flavour": "segmentation", "stemChannels": 8,
                    "deformHeads": 2, "interactionIndexes": [[0, 0], [1, 1], [2, 2], [3, 3]]},
      """;

  private static final String PANOPTIC =
      """
        "task": "panoptic",
        "head": {"type": "mask2former", "classes": CLASSES, "heads": 4, "queries": 12, "layers": 2,
                 "hidden": 32, "pixels": {"channels": 16, "heads": 4, "points": 2, "layers": 1,
                                          "hidden": 32, "groups": 4}},
        "test": {"scoreThreshold": 0.05, "overlapThreshold": 0.05, "stuff": [8, 9, 10, 11, 12, 13]},
        "preprocess": {"scale": [128, 64]},
      """;

  private static final String SEMANTIC =
      """
        "head": {"type": "upernet", "classes": CLASSES, "channels": 8},
        "test": {"mode": "whole"},
        "labels": {"reduceZero": false},
        "preprocess": {"scale": [SCALE]},
      """;

  /** Writes a panoptic model with the sample set's classes. */
  static RandomModel panoptic(Path folder, List<String> names) throws IOException {
    return write(folder, "panoptic", PANOPTIC, names);
  }

  /**
   * Writes a semantic model.
   *
   * @param side the size to which images are scaled
   */
  static RandomModel semantic(Path folder, int side) throws IOException {
    String scale = side + ", " + side;
    return write(folder, "semantic", SEMANTIC.replace("SCALE", scale), List.of("a", "b", "c", "d"));
  }

  private static RandomModel write(Path folder, String name, String sections, List<String> names)
      throws IOException {
    String classes = "\"classes\": [\"" + String.join("\", \"", names) + "\"]";
    String text =
        "{"
            + BACKBONE
            + sections.replace("CLASSES", Integer.toString(names.size()))
            + classes
            + "}";
    Path config = Files.writeString(folder.resolve(name + ".json"), text);
    ModelConfig read = ModelConfig.read(config, List.of(), PartRegistry.load());
    Random random = new Random(7);
    List<TensorSource> tensors = new ArrayList<>();
    for (Parameter p : ModelGraph.bare(read.model(), 1, new Size(64, 64)).parameters()) {
      float[] values = new float[Math.toIntExact(p.shape().elements())];
      if (p.name().matches(".*(conv_seg|cls_embed|mask_embed\\..|mask_feature)\\.weight")) {
        for (int i = 0; i < values.length; i++) { // with the default all classes are equally likely
          values[i] = (float) random.nextGaussian();
        }
      } else {
        p.init().fill(FloatBuffer.wrap(values), p.shape(), random);
      }
      tensors.add(
          ArrayTensor.of(
              p.name(), values, Arrays.stream(p.shape().dims()).asLongStream().toArray()));
    }
    Path weights = folder.resolve(name + ".safetensors");
    Safetensors.write(weights, tensors, Map.of());
    return new RandomModel(config, weights);
  }
}
