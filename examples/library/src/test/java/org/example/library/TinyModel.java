package org.example.library;

import dev.dovetail.Dovetail;
import dev.dovetail.DovetailModel;
import dev.dovetail.ExportOptions;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Parameter;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.ModelGraph;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.weights.formats.Safetensors;
import dev.dovetail.weights.tensors.ArrayTensor;
import dev.dovetail.weights.tensors.TensorSource;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;

/** A detector of two classes with random weights, whose detections are meaningless. */
record TinyModel(Path config, Path weights) {

  private static final String CONFIG =
      """
      {
        "backbone": {"type": "vit", "width": 16, "depth": 4, "heads": 2, "windows": [0],
                     "pretrainSize": 64},
        "adapter": {"type": "simple-pyramid", "channels": 8},
        "head": {"type": "mask-rcnn", "classes": 2, "proposals": {"channels": 8},
                 "boxes": {"channels": 16}, "masks": {"channels": 8}},
        "preprocess": {"scale": [128, 64]},
        "classes": ["cat", "dog"]
      }
      """;

  static TinyModel write(Path folder) throws IOException {
    Path config = Files.writeString(folder.resolve("tiny.json"), CONFIG);
    ModelConfig read = ModelConfig.read(config, List.of(), PartRegistry.load());
    Random random = new Random(1);
    List<TensorSource> tensors = new ArrayList<>();
    for (Parameter p : ModelGraph.bare(read.model(), 1, new Size(64, 64)).parameters()) {
      float[] values = new float[Math.toIntExact(p.shape().elements())];
      p.init().fill(FloatBuffer.wrap(values), p.shape(), random);
      long[] shape = Arrays.stream(p.shape().dims()).asLongStream().toArray();
      tensors.add(ArrayTensor.of(p.name(), values, shape));
    }
    Path weights = folder.resolve("tiny.safetensors");
    Safetensors.write(weights, tensors, Map.of());
    return new TinyModel(config, weights);
  }

  DovetailModel open() throws IOException {
    return Dovetail.load(config, weights);
  }

  /** Exports the model for images of 64x96. */
  Path export() throws IOException {
    Path file = config.resolveSibling("tiny.onnx");
    try (DovetailModel model = open()) {
      model.export(ExportOptions.of(file, new Size(64, 96)));
    }
    return file;
  }

  /** Writes an image with colored boxes, which depends only on the seed and the size. */
  static Path picture(Path file, long seed, int height, int width) throws IOException {
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    Graphics2D graphics = picture.createGraphics();
    Random random = new Random(seed);
    for (int i = 0; i < 20; i++) {
      graphics.setColor(new Color(random.nextInt(1 << 24)));
      graphics.fillRect(random.nextInt(width), random.nextInt(height), width / 3, height / 3);
    }
    graphics.dispose();
    ImageIO.write(picture, "png", file.toFile());
    return file;
  }
}
