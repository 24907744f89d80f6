package dev.dovetail.cuda;

import dev.dovetail.backbones.Classifier;
import dev.dovetail.backbones.Features;
import dev.dovetail.backbones.vit.VisionTransformer;
import dev.dovetail.core.DType;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.TensorType;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.heads.PyramidNetwork;
import dev.dovetail.models.Model;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.ModelGraph;
import dev.dovetail.models.PartRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** The models of docs/gpu.md, with random weights. */
final class BenchModels {

  private BenchModels() {}

  static List<String> names() {
    return List.of(
        "comer-b1",
        "vit-b8",
        "upernet-b8",
        "comer-b8",
        "mask-rcnn-b1",
        "swin-b8",
        "swin-224-b8",
        "eva02-b8");
  }

  /** Small models, in which launches take a large part of the time, and two others. */
  static List<String> launched() {
    return List.of(
        "vit-s-b1",
        "rt-detr-b1",
        "segformer-logits-b1",
        "segformer-b1",
        "upernet-b1",
        "comer-b1",
        "upernet-b8");
  }

  /** The default way to run the model. */
  static List<String> ways(String name) {
    return switch (name) {
      case "upernet-b8", "comer-b8" -> List.of("nhwc", "recorded_nhwc");
      case "mask-rcnn-b1" -> List.of("fused", "nhwc");
      case "swin-b8" -> List.of("plain", "fused", "nhwc");
      default -> List.of("plain", "fused", "nhwc", "recorded", "recorded_nhwc");
    };
  }

  static Graph graph(String name, Path configs) throws IOException {
    return switch (name) {
      case "comer-b1" -> pyramid(configs, 1, 1024, false);
      case "comer-b8" -> pyramid(configs, 8, 1024, false);
      case "comer-tiny" -> pyramid(configs, 1, 128, false);
      case "vit-b8" -> pyramid(configs, 8, 1024, true);
      case "vit-tiny" -> pyramid(configs, 1, 256, true);
      case "upernet-b8" ->
          ModelGraph.whole(model(configs, "upernet-vit-comer-base"), 8, new Size(512, 512));
      case "upernet-b1" ->
          ModelGraph.whole(model(configs, "upernet-vit-comer-base"), 1, new Size(512, 512));
      case "vit-s-b1" -> classifier("vit_small_patch16_224", 1, 224);
      case "rt-detr-b1" -> ModelGraph.whole(model(configs, "rt-detr-r18"), 1, new Size(640, 640));
      case "segformer-b1" ->
          ModelGraph.whole(model(configs, "segformer-mit-b0"), 1, new Size(512, 512));
      case "segformer-logits-b1" ->
          ModelGraph.bare(model(configs, "segformer-mit-b0"), 1, new Size(512, 512));
      case "swin-b8" ->
          ModelGraph.whole(model(configs, "upernet-swin-tiny"), 8, new Size(512, 512));
      case "eva02-b8" -> classifier("eva02_base_patch14_448", 8, 448);
      case "swin-224-b8" -> classifier("swin_tiny_patch4_window7_224", 8, 224);
      case "swin-tiny" -> classifier("swin_tiny_patch4_window7_224", 2, 96);
      case "swin-v2-tiny" -> classifier("swinv2_tiny_window8_256", 1, 96);
      case "mask-rcnn-b1" ->
          ModelGraph.whole(model(configs, "mask-rcnn-vit-comer-base"), 1, new Size(800, 1344));
      default ->
          throw new IllegalArgumentException(
              "no model " + name + ": " + names() + " and " + launched());
    };
  }

  private static Model<?, ?> model(Path configs, String name) throws IOException {
    return ModelConfig.read(configs.resolve(name + ".json"), List.of(), PartRegistry.load())
        .model();
  }

  /** The detector's backbone, whole or only its transformer blocks. */
  private static Graph pyramid(Path configs, int batch, int size, boolean blocks)
      throws IOException {
    PyramidNetwork<?> network =
        (PyramidNetwork<?>) model(configs, "mask-rcnn-vit-comer-base").network();
    Trace trace = new Trace();
    Scope s = trace.root().at("backbone");
    Tensor image = trace.input("pixel_values", DType.FLOAT32, batch, 3, size, size);
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    if (blocks) {
      VisionTransformer vit = (VisionTransformer) network.backbone();
      Features x = vit.blocks(s, vit.stem(s, image), 0, 0, vit.depth());
      outputs.put("map", x.map());
    } else {
      FeaturePyramid f = network.adapter().apply(s, network.backbone(), image);
      for (int i = 0; i < f.levels().size(); i++) {
        outputs.put("f" + (i + 1), f.map(i));
      }
    }
    return trace.graph(outputs);
  }

  private static Graph classifier(String preset, int batch, int size) {
    Classifier backbone = (Classifier) PartRegistry.load().preset(preset).model();
    Trace trace = new Trace();
    Tensor image = trace.input("pixel_values", DType.FLOAT32, batch, 3, size, size);
    return trace.graph(Map.of("logits", backbone.logits(trace.root(), image, 1000)));
  }

  static Map<String, TensorData> inputs(Graph graph) {
    Map<String, TensorData> all = new LinkedHashMap<>();
    graph.inputs().forEach((name, t) -> all.put(name, input(name, t.type(), graph)));
    return all;
  }

  private static TensorData input(String name, TensorType type, Graph graph) {
    int count = Math.toIntExact(type.shape().elements());
    SplittableRandom random = new SplittableRandom(count);
    switch (type.dtype()) {
      case UINT8 -> {
        ByteBuffer bytes = ByteBuffer.allocateDirect(count).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
          bytes.put(i, (byte) random.nextInt());
        }
        return TensorData.of(type, bytes);
      }
      case INT64 -> {
        int[] image = graph.inputs().get("image").shape().dims();
        long[] sizes = new long[count];
        for (int i = 0; i < count; i++) {
          sizes[i] = image[1 + i % 2];
        }
        return TensorData.of(sizes, type.shape().dims());
      }
      default -> {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
          values[i] = name.equals("scale_factor") ? 1 : (float) (random.nextDouble() * 4 - 2);
        }
        return TensorData.of(values, type.shape().dims());
      }
    }
  }
}
