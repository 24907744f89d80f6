package dev.dovetail.adapters.interaction;

/**
 * The feed-forward layers of all interactions, for a backbone of any width.
 *
 * @param ffnRatio hidden channels over the width
 * @param ffn whether those on the way to the convolutional branch exist
 */
public record FeedForward(double ffnRatio, boolean ffn) {

  /** {@return a quarter of the width, everywhere} */
  public static FeedForward defaults() {
    return new FeedForward(0.25, true);
  }

  /**
   * {@return hidden channels on the way to the transformer}
   *
   * @param width channels of the tokens
   */
  public int toTransformer(int width) {
    return (int) (width * ffnRatio);
  }

  /**
   * {@return hidden channels on the way to the convolutional branch; 0 for no layer}
   *
   * @param width channels of the tokens
   */
  public int toBranch(int width) {
    return ffn ? toTransformer(width) : 0;
  }
}
