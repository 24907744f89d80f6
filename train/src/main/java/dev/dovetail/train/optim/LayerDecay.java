package dev.dovetail.train.optim;

import dev.dovetail.train.engine.Parameters;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Layer-wise decay of the learning rate (Clark et al. 2020) as the ViT-CoMer and BEiT repositories
 * have it: what is {@code k} blocks below the head learns at {@code rate^k} times the rate.
 * Vectors, biases and tables named in {@link #UNDECAYED} have no weight decay.
 *
 * @param prefix of the backbone's parameters, such as {@code backbone.}
 * @param layers how many blocks the backbone has
 * @param rate from one block to the one before
 * @param weightDecay of all others
 */
public record LayerDecay(String prefix, int layers, double rate, double weightDecay)
    implements ParameterGroups {

  /** Whole names without weight decay. Those of a backbone with a prefix are other names. */
  private static final List<String> UNDECAYED = List.of("pos_embed", "cls_token", "visual_embed");

  private static final List<String> EMBEDDINGS = List.of("pos_embed", "cls_token", "mask_token");
  private static final List<String> EMBEDDING_PREFIXES = List.of("visual_embed", "patch_embed");

  private static final Pattern BLOCK = Pattern.compile("(?:blocks|layers)\\.(\\d+)(?:\\..*)?");

  /**
   * @param prefix of the backbone's parameters, such as {@code backbone.}
   * @param layers how many blocks the backbone has
   * @param rate from one block to the one before
   * @param weightDecay of all others
   * @throws IllegalArgumentException if the rate is not positive or not at most 1
   */
  public LayerDecay {
    if (!(rate > 0 && rate <= 1)) {
      throw new IllegalArgumentException(
          "the layer decay rate is " + rate + ", expected more than 0 and at most 1");
    }
  }

  @Override
  public List<ParameterGroup> of(Parameters parameters) {
    return ParameterGroups.grouped(
        parameters,
        name -> {
          int layer = layer(name);
          boolean decayed =
              parameters.parameter(name).shape().rank() > 1
                  && !name.endsWith(".bias")
                  && !UNDECAYED.contains(name);
          return new ParameterGroup(
              "layer_" + layer + (decayed ? "_decay" : "_no_decay"),
              Math.pow(rate, layers + 1 - layer),
              decayed ? weightDecay : 0,
              List.of());
        });
  }

  /** 0 for the embedding, i + 1 for block i, the number of blocks + 1 for all else. */
  private int layer(String name) {
    if (!name.startsWith(prefix)) {
      return layers + 1;
    }
    String own = name.substring(prefix.length());
    if (EMBEDDINGS.contains(own) || EMBEDDING_PREFIXES.stream().anyMatch(own::startsWith)) {
      return 0;
    }
    Matcher block = BLOCK.matcher(own);
    return block.matches() ? Integer.parseInt(block.group(1)) + 1 : layers + 1;
  }
}
