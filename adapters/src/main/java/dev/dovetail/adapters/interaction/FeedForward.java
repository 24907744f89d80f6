package dev.dovetail.adapters.interaction;

/**
 * The options of the feed-forward layers of all interactions, for a backbone of any width.
 *
 * @param ffnRatio ratio of the hidden channels to the width
 * @param ffn whether the layers toward the convolutional branch exist
 */
public record FeedForward(double ffnRatio, boolean ffn) {

  /** {@return options with all layers and a quarter of the width} */
  public static FeedForward defaults() {
    return new FeedForward(0.25, true);
  }

  /**
   * {@return the hidden channels of the layers toward the transformer}
   *
   * @param width channels of the tokens
   */
  public int toTransformer(int width) {
    return (int) (width * ffnRatio);
  }

  /**
   * {@return the hidden channels of the layers toward the convolutional branch; 0 for no layer}
   *
   * @param width channels of the tokens
   */
  public int toBranch(int width) {
    return ffn ? toTransformer(width) : 0;
  }
}
