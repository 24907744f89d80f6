package dev.dovetail.backbones.hgnetv2;

import dev.dovetail.backbones.StagesReader;
import dev.dovetail.backbones.hgnetv2.HgNetV2.Stages;
import dev.dovetail.backbones.hgnetv2.HgNetV2.Stem;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.huggingface.Architecture;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Reads {@code hgnet_v2} configs of transformers. There, {@code depths} and {@code embedding_size}
 * have no effect, and {@code hidden_act} applies to the stem only. Only ReLU gives all layers the
 * same activation, so it is the only supported value.
 */
final class HuggingFaceHgNetV2 implements StagesReader<HgNetV2> {

  @Override
  public Set<String> modelTypes() {
    return Set.of("hgnet_v2");
  }

  @Override
  public HgNetV2 model(ConfigTree config) {
    Architecture.only(config, "ForImageClassification");
    config.only("hidden_act", "relu");
    List<Integer> stem = config.integers("stem_channels", List.of(3, 32, 48), 1);
    if (stem.size() != 3 || stem.get(0) != 3) {
      throw config.wrong("stem_channels", "3 and two widths");
    }
    Stages stages = stages(config);
    requireConnected(config, stem.get(2), stages.widths());
    return new HgNetV2(
        new Stem(stem.subList(1, 3), stemStrides(config)),
        stages,
        config.flag("use_learnable_affine_block", false),
        0);
  }

  private static List<Integer> stemStrides(ConfigTree config) {
    String key = "stem_strides";
    List<Integer> strides = config.integers(key, List.of(2, 1, 1, 2, 1), 1);
    if (strides.size() != 5 || strides.get(1) != 1 || strides.get(2) != 1) {
      throw config.wrong(key, "five numbers, of which the second and the third are 1");
    }
    return List.of(strides.get(0), strides.get(3), strides.get(4));
  }

  private static Stages stages(ConfigTree config) {
    List<Integer> widths = config.integers("stage_out_channels", List.of(128, 512, 1024, 2048), 1);
    int count = widths.size();
    String downsample = "stage_downsample";
    List<Boolean> downsamples = config.flags(downsample, List.of(false, true, true, true));
    List<Integer> strides = config.integers("stage_downsample_strides", List.of(2, 2, 2, 2), 1);
    if (downsamples.size() != count) {
      throw config.wrong(downsample, "a flag for each of the " + count + " stages");
    }
    if (strides.size() < count) {
      throw config.wrong(
          "stage_downsample_strides", "a stride for each of the " + count + " stages");
    }
    return new Stages(
        widths,
        config.integers("stage_mid_channels", List.of(48, 96, 192, 384), 1),
        config.integers("stage_num_blocks", List.of(1, 1, 3, 1), 1),
        config.integers("stage_numb_of_layers", List.of(6, 6, 6, 6), 1),
        config.integers("stage_kernel_size", List.of(3, 3, 5, 5), 1),
        config.flags("stage_light_block", List.of(false, false, true, true)),
        IntStream.range(0, count).mapToObj(i -> downsamples.get(i) ? strides.get(i) : 0).toList());
  }

  /** Checks that the input channels of each stage are the output channels of the previous one. */
  private static void requireConnected(ConfigTree config, int stem, List<Integer> widths) {
    String key = "stage_in_channels";
    List<Integer> taken =
        IntStream.range(0, widths.size()).mapToObj(i -> i == 0 ? stem : widths.get(i - 1)).toList();
    if (!config.integers(key, List.of(48, 128, 512, 1024), 1).equals(taken)) {
      throw config.wrong(key, taken + ", the output channels of the stem and the previous stages");
    }
  }
}
