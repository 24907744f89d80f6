package dev.dovetail.heads;

/**
 * Gives an image a score for each class. The layers are the backbone's own, since every family of
 * published classifiers pools and normalises in its way.
 *
 * @param classes 0 for a backbone without a classifier, which gives what it would classify by
 */
public record ClassificationHead(int classes) implements Head {

  /**
   * @throws IllegalArgumentException if the number is negative
   */
  public ClassificationHead {
    if (classes < 0) {
      throw new IllegalArgumentException("ClassificationHead: classes is " + classes);
    }
  }

  /** The classes of ImageNet-1k. */
  public static ClassificationHead defaults() {
    return new ClassificationHead(1000);
  }
}
