package dev.dovetail.train.optim;

import dev.dovetail.train.engine.Parameters;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Layer-wise decay of the learning rate (Clark et al. 2020), as in the ViT-CoMer and BEiT
 * repositories: {@code k} blocks below the head, the learning rate is multiplied by {@code rate^k}.
 * Vectors, biases and the tables in {@link #UNDECAYED} have no weight decay.
 *
 * @param prefix the prefix of the backbone's parameters, such as {@code backbone.}
 * @param layers the number of blocks in the backbone
 * @param rate the factor from one block to the previous one
 * @param weightDecay the weight decay of all other parameters
 */
public record LayerDecay(String prefix, int layers, double rate, double weightDecay)
    implements ParameterGroups {

  /** Full names without weight decay. With a prefix, a backbone's names differ from these. */
  private static final List<String> UNDECAYED = List.of("pos_embed", "cls_token", "visual_embed");

  private static final List<String> EMBEDDINGS = List.of("pos_embed", "cls_token", "mask_token");
  private static final List<String> EMBEDDING_PREFIXES = List.of("visual_embed", "patch_embed");

  private static final Pattern BLOCK = Pattern.compile("(?:blocks|layers)\\.(\\d+)(?:\\..*)?");

  /**
   * @param prefix the prefix of the backbone's parameters, such as {@code backbone.}
   * @param layers the number of blocks in the backbone
   * @param rate the factor from one block to the previous one
   * @param weightDecay the weight decay of all other parameters
   * @throws IllegalArgumentException if the rate is not above 0 and at most 1
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

  /**
   * Returns 0 for the embedding, i + 1 for block i, and the number of blocks + 1 for all others.
   */
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
