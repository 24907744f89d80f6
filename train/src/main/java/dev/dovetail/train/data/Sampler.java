package dev.dovetail.train.data;

import java.io.IOException;
import java.util.List;

/**
 * Selects the images of each batch. The selection depends only on the number of the step, so a
 * stopped run can resume at any step.
 */
public interface Sampler {

  /**
   * An image of a batch.
   *
   * @param image the index of the image in the set
   * @param epoch the number of epochs before this one
   * @param repetition how many times the image was used before in this epoch, to fill a batch
   */
  record Pick(int image, long epoch, int repetition) {}

  /**
   * {@return the images of a batch}
   *
   * @param step the index of the step, from 0; there is no upper bound
   */
  List<Pick> batch(long step);

  /** {@return the number of batches in an epoch; the last one may extend into the next epoch} */
  long batchesPerEpoch();

  /**
   * {@return a sampler of shuffled batches for training by iterations, like mmseg's: epochs are
   * concatenated, so a batch may start in one epoch and end in the next}
   *
   * @param images the number of images in the set
   * @param batch the batch size
   * @param seed determines the order
   */
  static Sampler continuous(int images, int batch, long seed) {
    return new ContinuousSampler(images, batch, seed);
  }

  /**
   * {@return a sampler of shuffled batches for training by epochs; the last batch of an epoch is
   * filled with images of the same epoch}
   *
   * @param images the number of images in the set
   * @param batch the batch size
   * @param seed determines the order
   */
  static Sampler epochs(int images, int batch, long seed) {
    return new GroupedSampler(new int[images], batch, seed);
  }

  /**
   * {@return a sampler of shuffled batches in which all images are landscape or all are portrait,
   * like mmdet's {@code GroupSampler}, to reduce padding; the last batch of each group is filled
   * with images of the group}
   *
   * @param set the images
   * @param batch the batch size
   * @param seed determines the order
   * @throws IOException if the size of an image cannot be read
   */
  static Sampler byAspectRatio(TrainingSet set, int batch, long seed) throws IOException {
    int[] groups = new int[set.count()];
    for (int i = 0; i < groups.length; i++) {
      groups[i] = set.size(i).width() > set.size(i).height() ? 1 : 0;
    }
    return new GroupedSampler(groups, batch, seed);
  }
}
