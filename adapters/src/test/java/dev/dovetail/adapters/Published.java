package dev.dovetail.adapters;

import dev.dovetail.adapters.interaction.DeformableOptions;
import dev.dovetail.adapters.interaction.FeedForward;
import dev.dovetail.adapters.interaction.InteractionStages;
import dev.dovetail.adapters.vitadapter.VitAdapter;
import dev.dovetail.adapters.vitcomer.Exchanges;
import dev.dovetail.adapters.vitcomer.VitComer;
import dev.dovetail.adapters.vitcomer.VitComer.Flavour;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.vit.AttentionOptions;
import dev.dovetail.backbones.vit.AttentionOptions.Relative;
import dev.dovetail.backbones.vit.Embedding;
import dev.dovetail.backbones.vit.Embedding.Codes;
import dev.dovetail.backbones.vit.Embedding.Positions;
import dev.dovetail.backbones.vit.Embedding.Tokens;
import dev.dovetail.backbones.vit.VisionTransformer;
import dev.dovetail.core.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.nn.Interpolation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The published models of ViT-CoMer and ViT-Adapter: backbones and adapters. */
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
    return new Published(
        VisionTransformer.beitDefaults(), comer(Flavour.CO_DETR, 24, 16, 0.5, 0.5, true));
  }

  private static VisionTransformer vit(
      int width, int depth, int heads, List<Integer> windows, int pretrainSize) {
    return VisionTransformer.base()
        .withSize(width, depth, heads)
        .withWindows(windows)
        .withPretrainSize(pretrainSize);
  }

  private static VitComer comer(
      Flavour flavour,
      int depth,
      int deformHeads,
      double deformRatio,
      double mrfpRatio,
      boolean interaction) {
    return VitComer.defaults()
        .withFlavour(flavour)
        .withInteractionIndexes(InteractionStages.quarters(depth))
        .withDeformable(new DeformableOptions(4, deformHeads, deformRatio))
        .withMrfpRatio(mrfpRatio)
        .withExchanges(Exchanges.defaults().withCnnInteraction(interaction));
  }

  /** ViT-Adapter with its default switches. */
  static VitAdapter adapter(int depth, int deformHeads, double deformRatio) {
    return VitAdapter.defaults()
        .withInteractionIndexes(InteractionStages.quarters(depth))
        .withDeformable(new DeformableOptions(4, deformHeads, deformRatio));
  }

  static Published adapter(int width, int depth, int heads, int pretrainSize, VitAdapter adapter) {
    return new Published(vit(width, depth, heads, List.of(0), pretrainSize), adapter);
  }

  /** Without layer scale and extra extractors. */
  static Published adapterOfMae() {
    VisionTransformer mae = VisionTransformer.base().withLayerScale(false).withWindows(14, 14, 0);
    return new Published(mae, adapter(12, 12, 0.5).withExtraExtractors(0));
  }

  /** One interaction, without feed-forward layers and without the transformer's features. */
  static Published lightAdapter() {
    List<List<Integer>> once = List.of(List.of(0, 11));
    DeformableOptions deformable = new DeformableOptions(4, 12, 0.5);
    FeedForward none = new FeedForward(0.25, false);
    return adapter(768, 12, 12, 224, new VitAdapter(64, once, deformable, none, 0, 0, false, true));
  }

  static Published adapterOfBeit() {
    return new Published(VisionTransformer.beitDefaults(), adapter(24, 16, 0.5));
  }

  /** The segmentation version, with class token and attention over the whole grid. */
  static Published adapterOfBeit(int imageSize) {
    VisionTransformer beit =
        VisionTransformer.beitDefaults()
            .withWindows(14)
            .withPretrainSize(imageSize)
            .withEmbedding(
                Embedding.comer()
                    .withTokens(new Tokens(true, false, 0))
                    .withCodes(new Codes(Positions.NONE, 0, Interpolation.BICUBIC)))
            .withWindows(0);
    return new Published(beit, adapter(24, 16, 0.5));
  }

  /**
   * The encoder of ViTDet for images of 1024, with four global blocks and windows in the others.
   */
  static VisionTransformer vitDet(int width, int depth, int heads) {
    List<Integer> windows =
        IntStream.rangeClosed(1, depth / 4).mapToObj(i -> i == depth / 4 ? 0 : 14).toList();
    return VisionTransformer.base()
        .withSize(width, depth, heads)
        .withLayerScale(false)
        .withWindows(windows)
        .withAttention(
            AttentionOptions.plain()
                .withPadInput(true)
                .withRelative(Relative.DECOMPOSED)
                .withGrid(64));
  }

  /** Traces the model for an image of this size with parameters below {@code prefix}. */
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
