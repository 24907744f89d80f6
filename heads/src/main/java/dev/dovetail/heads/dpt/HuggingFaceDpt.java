package dev.dovetail.heads.dpt;

import dev.dovetail.adapters.dpt.Fusion;
import dev.dovetail.adapters.dpt.Reassemble;
import dev.dovetail.adapters.dpt.Reassemble.Readout;
import dev.dovetail.backbones.vit.Embedding.Codes;
import dev.dovetail.backbones.vit.Embedding.Patches;
import dev.dovetail.backbones.vit.Embedding.Positions;
import dev.dovetail.backbones.vit.HuggingFaceVit;
import dev.dovetail.backbones.vit.VisionTransformer;
import dev.dovetail.graph.nn.Interpolation;
import dev.dovetail.heads.SegmenterReader;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.huggingface.Architecture;
import dev.dovetail.registry.huggingface.Labels;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Reads {@code dpt} configs of transformers: DPT for segmentation over its own ViT. */
final class HuggingFaceDpt implements SegmenterReader<VisionTransformer> {

  private static final String CLASSES = "DPT" + SEGMENTATION;
  private static final String BACKBONE = "backbone_config";
  private static final String TAPS = "backbone_out_indices";
  private static final String CHANNELS = "neck_hidden_sizes";
  private static final String FACTORS = "reassemble_factors";

  @Override
  public Set<String> modelTypes() {
    return Set.of("dpt");
  }

  @Override
  public VisionTransformer model(ConfigTree config) {
    String architecture = Architecture.of(config);
    if (!architecture.equals(CLASSES)) {
      throw config.wrong(
          "architectures", CLASSES + "; Dovetail does not support DPT for depth or features");
    }
    if (config.flag("is_hybrid", false)) {
      throw config.wrong(
          "is_hybrid",
          "false: Dovetail does not support 'bit', the convolutional backbone of hybrid models");
    }
    for (String key : List.of(BACKBONE, "backbone")) {
      if (config.has(key)) {
        throw config.wrong(
            key,
            "null: with another backbone transformers supports DPT for depth only; a config of"
                + " Dovetail may combine 'dpt-reassemble', 'dpt-fusion' and 'dpt' with any");
      }
    }
    int size = config.square("image_size", 384);
    VisionTransformer own = HuggingFaceVit.transformer(config).withPretrainSize(size);
    return own.withEmbedding(
        own.embedding()
            .withCodes(new Codes(Positions.LEARNED, 1, Interpolation.BILINEAR))
            .withPatches(new Patches(0, own.embedding().patches().resizeKernel(), true)));
  }

  @Override
  public List<Record> decoder(ConfigTree config) {
    List<Integer> channels = config.integers(CHANNELS, List.of(96, 192, 384, 768), 1);
    return List.of(reassemble(config, channels), fusion(config), head(config, channels.size()));
  }

  private static Reassemble reassemble(ConfigTree config, List<Integer> channels) {
    int depth = config.integer("num_hidden_layers", 12, 1);
    // transformers tests whether each block is in the list, whatever its order.
    List<Integer> after =
        config.integers(TAPS, List.of(2, 5, 8, 11), Integer.MIN_VALUE).stream()
            .filter(i -> i >= 0 && i < depth)
            .map(i -> i + 1)
            .sorted()
            .distinct()
            .toList();
    if (after.size() != channels.size()) {
      throw config.wrong(
          TAPS,
          channels.size() + " of the blocks 0 to " + (depth - 1) + ", as many as " + CHANNELS);
    }
    config.only("readout_type", "ignore", "add", "project");
    Readout readout =
        Readout.valueOf(config.text("readout_type", "project").toUpperCase(Locale.ROOT));
    return new Reassemble(readout, after, channels, factors(config, channels.size()));
  }

  /** Further elements are ignored, as in transformers. */
  private static List<Double> factors(ConfigTree config, int maps) {
    List<Double> factors = config.numbers(FACTORS, List.of(4.0, 2.0, 1.0, 0.5));
    if (factors.size() < maps
        || factors.stream().anyMatch(f -> !(f > 0) || f > 1 && f != Math.rint(f))) {
      throw config.wrong(FACTORS, "an integer or a number between 0 and 1 for each of " + CHANNELS);
    }
    return factors.subList(0, maps);
  }

  private static Fusion fusion(ConfigTree config) {
    boolean batchNorm = config.flag("use_batch_norm_in_fusion_residual", false);
    String bias = "use_bias_in_fusion_residual";
    return new Fusion(
        config.integer("fusion_hidden_size", 256, 1),
        batchNorm,
        config.has(bias) ? config.flag(bias, true) : !batchNorm);
  }

  /** transformers counts maps from the coarsest; -1 is the finest. */
  private static DptHead head(ConfigTree config, int maps) {
    String key = "head_in_index";
    int index = config.integer(key, -1, Integer.MIN_VALUE);
    int level = index < 0 ? -1 - index : maps - 1 - index;
    if (level < 0 || level >= maps) {
      throw config.wrong(key, "one of " + -maps + " to " + (maps - 1));
    }
    double dropout = config.number("semantic_classifier_dropout", 0.1, 0);
    if (dropout > 1) {
      throw config.wrong("semantic_classifier_dropout", "a number from 0 to 1");
    }
    return new DptHead(
        Labels.of(config).count(), level, dropout, config.flag("use_auxiliary_head", true));
  }

  @Override
  public String imageProcessor(ConfigTree config) {
    return "DPTImageProcessor";
  }
}
