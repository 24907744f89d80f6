package dev.dovetail.heads.queries;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Activation;
import dev.dovetail.graph.nn.FeedForward;
import dev.dovetail.graph.nn.MultiHeadAttention;
import dev.dovetail.heads.Require;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.huggingface.ActivationName;

/**
 * The size of a transformer with dense attention, as in DETR.
 *
 * @param width width of queries and cells, a multiple of 4
 * @param encoder the layers of the encoder
 * @param decoder the layers of the decoder
 * @param activation activation of all layers
 */
public record DenseTransformer(int width, Layers encoder, Layers decoder, Activation activation) {

  /**
   * The epsilon of the layer norms: PyTorch's default, which transformers' configs cannot change.
   */
  public static final double EPSILON = 1e-5;

  /**
   * A stack of layers.
   *
   * @param layers number of layers
   * @param heads attention heads
   * @param hidden channels between the linear layers
   */
  public record Layers(int layers, int heads, int hidden) {

    /**
     * @throws IllegalArgumentException if a number is not positive
     */
    public Layers {
      Require.positive("layers", layers);
      Require.positive("heads", heads);
      Require.positive("hidden", hidden);
    }
  }

  /**
   * @throws IllegalArgumentException if the width is not a multiple of 4 and of both heads
   */
  public DenseTransformer {
    Require.positive("width", width);
    Require.multiple("width", width, 4, "the parts of a position");
    Require.multiple("width", width, encoder.heads(), "the encoder's heads");
    Require.multiple("width", width, decoder.heads(), "the decoder's heads");
  }

  /**
   * {@return the published size: six encoder and six decoder layers, 256 channels}
   *
   * @param activation activation of all layers
   */
  public static DenseTransformer published(Activation activation) {
    Layers six = new Layers(6, 8, 2048);
    return new DenseTransformer(256, six, six, activation);
  }

  /**
   * {@return the size read from a config of transformers}
   *
   * @param config the config of DETR or a related model
   * @param width the key of the width
   * @param activation default of {@code activation_function}
   */
  public static DenseTransformer of(ConfigTree config, String width, String activation) {
    return new DenseTransformer(
        config.integer(width, 256, 1),
        layers(config, "encoder"),
        layers(config, "decoder"),
        ActivationName.of(config, "activation_function", activation));
  }

  private static Layers layers(ConfigTree config, String part) {
    return new Layers(
        config.integer(part + "_layers", 6, 1),
        config.integer(part + "_attention_heads", 8, 1),
        config.integer(part + "_ffn_dim", 2048, 1));
  }

  /** {@return an encoder layer} */
  public EncoderLayer encoderLayer() {
    return new EncoderLayer(
        new MultiHeadAttention(encoder.heads()),
        new FeedForward(encoder.hidden(), activation),
        EPSILON);
  }

  /** {@return the linear layers of a decoder layer} */
  public FeedForward decoderFeedForward() {
    return new FeedForward(decoder.hidden(), activation);
  }

  /**
   * Applies the encoder, {@code encoder.layers}. The result is tapped as {@code
   * encoder_last_hidden_state}.
   *
   * @param root the root scope of the model
   */
  public CellMemory encode(Scope root, CellMemory cells) {
    EncoderLayer layer = encoderLayer();
    Tensor x =
        root.at("encoder.layers")
            .fold(
                0,
                encoder.layers(),
                cells.tokens(),
                (s, y, i) -> layer.apply(s, y, cells.position(), cells.bias()));
    return cells.with(root.tap("encoder_last_hidden_state", x));
  }
}
