package dev.dovetail.heads.upernet;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.adapters.Adapter;
import dev.dovetail.adapters.Neck;
import dev.dovetail.adapters.plain.HuggingFaceMaps;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.PixelLogits;
import dev.dovetail.graph.nn.Resampling;
import dev.dovetail.heads.SegmenterReader;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.huggingface.Architecture;
import dev.dovetail.registry.huggingface.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code upernet} configs of transformers, with any backbone. */
final class HuggingFaceUperNet implements SegmenterReader<Record> {

  private static final String BACKBONE = "backbone_config";

  /** The index of the map that the auxiliary head reads, which no config changes. */
  private static final int AUXILIARY_LEVEL = 2;

  @Override
  public Set<String> modelTypes() {
    return Set.of("upernet");
  }

  @Override
  public Record model(ConfigTree config) {
    Architecture.require(config, SEGMENTATION);
    return maps(config).backbone();
  }

  /** The default backbone is a ResNet-50 with all its maps. */
  private static HuggingFaceMaps maps(ConfigTree config) {
    config.only(
        "backbone", (Object) null); // the config of the backbone would have to be downloaded
    if (config.has(BACKBONE)) {
      return HuggingFaceMaps.of(config.child(BACKBONE));
    }
    ObjectNode usual = JsonNodeFactory.instance.objectNode().put("model_type", "resnet");
    for (int i = 1; i <= 4; i++) {
      usual.withArray("out_indices").add(i);
    }
    return HuggingFaceMaps.of(config.with(usual));
  }

  @Override
  public List<Record> decoder(ConfigTree config) {
    HuggingFaceMaps maps = maps(config);
    List<Record> parts = new ArrayList<>(maps.parts());
    parts.add(head(config, config.integer("hidden_size", 512, 1), maps.widths()));
    return parts;
  }

  /**
   * Reads the head from keys that the configs of UperNet and BEiT share.
   *
   * @param channels channels of the convolutions
   * @param widths channels of the maps
   */
  static UperNet head(ConfigTree config, int channels, List<Integer> widths) {
    List<Integer> scales = config.integers("pool_scales", List.of(1, 2, 3, 6), 1);
    return new UperNet(Labels.of(config).count(), channels, scales, auxiliary(config, widths));
  }

  private static FcnHead auxiliary(ConfigTree config, List<Integer> widths) {
    if (!config.flag("use_auxiliary_head", true)) {
      return FcnHead.none();
    }
    if (widths.size() <= AUXILIARY_LEVEL) {
      throw config.wrong(
          "use_auxiliary_head",
          "false if the backbone has "
              + widths.size()
              + " maps: the auxiliary head reads the third");
    }
    int width = widths.get(AUXILIARY_LEVEL);
    config.only("auxiliary_in_channels", width, null);
    int channels = config.integer("auxiliary_channels", 256, 1);
    int convs = config.integer("auxiliary_num_convs", 1, 0);
    if (convs == 0 && channels != width) {
      throw config.wrong(
          "auxiliary_channels",
          width + " if auxiliary_num_convs is 0, since the map itself is classified");
    }
    return new FcnHead(
        AUXILIARY_LEVEL, channels, convs, config.flag("auxiliary_concat_input", false));
  }

  @Override
  public String ignoreKey() {
    return "loss_ignore_index";
  }

  /** The model resizes logits to its input; post-processing resizes them to the original image. */
  @Override
  public String mode() {
    return "whole";
  }

  @Override
  public String imageProcessor(ConfigTree config) {
    return "SegformerImageProcessor";
  }

  @Override
  public Map<String, Tensor> outputs(
      Scope root, ConfigTree config, Record model, Tensor image, int classes) {
    List<Record> parts = decoder(config);
    UperNet head = (UperNet) parts.get(parts.size() - 1);
    Optional<Neck> neck =
        parts.stream().filter(Neck.class::isInstance).map(Neck.class::cast).findFirst();
    PixelLogits predictions =
        head.over((Backbone) model, Optional.of((Adapter) parts.get(0)), neck)
            .forward(root, ImageBatch.ofInputs(root, image));
    return Map.of("logits", Resampling.bilinear(predictions.logits(), image.dim(2), image.dim(3)));
  }
}
