package dev.dovetail.adapters;

import dev.dovetail.adapters.VitComer.Flavour;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.Beit;
import dev.dovetail.backbones.VisionTransformer;
import dev.dovetail.graph.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.Trace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The published models of ViT-CoMer, backbone and adapter. */
record Published(Backbone backbone, Adapter adapter) {

  static final List<Integer> TWO_OF_THREE_WINDOWED = List.of(14, 14, 0);
  static final List<Integer> LAST_OF_SIX_GLOBAL = List.of(14, 14, 14, 14, 14, 0);

  static Published detection(
      int width, int depth, int heads, int deformHeads, double ratio, List<Integer> windows) {
    return detection(width, depth, heads, deformHeads, ratio, windows, 592, true);
  }

  static Published detection(
      int width,
      int depth,
      int heads,
      int deformHeads,
      double ratio,
      List<Integer> windows,
      int pretrainSize,
      boolean interaction) {
    return new Published(
        vit(width, depth, heads, windows, pretrainSize),
        comer(Flavour.DETECTION, depth, deformHeads, ratio, 0.5, interaction));
  }

  static Published segmentation(
      int width, int depth, int heads, int deformHeads, double ratio, double mrfpRatio) {
    return new Published(
        vit(width, depth, heads, List.of(0), 224),
        comer(Flavour.SEGMENTATION, depth, deformHeads, ratio, mrfpRatio, true));
  }

  static Published coDetr() {
    return new Published(Beit.defaults(), comer(Flavour.CO_DETR, 24, 16, 0.5, 0.5, true));
  }

  private static VisionTransformer vit(
      int width, int depth, int heads, List<Integer> windows, int pretrainSize) {
    return new VisionTransformer(
        width, depth, heads, 4, true, true, windows, pretrainSize, 16, List.of());
  }

  private static VitComer comer(
      Flavour flavour,
      int depth,
      int deformHeads,
      double deformRatio,
      double mrfpRatio,
      boolean interaction) {
    int quarter = depth / 4;
    List<List<Integer>> indexes =
        IntStream.range(0, 4).mapToObj(i -> List.of(i * quarter, (i + 1) * quarter - 1)).toList();
    return new VitComer(
        flavour,
        64,
        indexes,
        4,
        deformHeads,
        deformRatio,
        mrfpRatio,
        0.25,
        true,
        List.of(true),
        List.of(true),
        List.of(interaction),
        4,
        true);
  }

  /** The model over an image of this size, its parameters below {@code prefix}. */
  Graph trace(int height, int width, String prefix) {
    Trace trace = new Trace();
    Tensor image = trace.input("image", DType.FLOAT32, 1, 3, height, width);
    List<Tensor> maps = trace.root().in(prefix, s -> adapter.apply(s, backbone, image)).maps();
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    List<String> names = new ArrayList<>(List.of("f1", "f2", "f3", "f4"));
    IntStream.range(0, 4).forEach(i -> outputs.put(names.get(i), maps.get(i)));
    return trace.graph(outputs);
  }

  Graph trace(int height, int width) {
    return trace(height, width, "");
  }
}
