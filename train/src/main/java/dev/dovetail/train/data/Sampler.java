package dev.dovetail.train.data;

import java.io.IOException;
import java.util.List;

/**
 * Chooses the images of each batch. They depend only on the number of the step, so a run that was
 * stopped can resume at any step.
 */
public interface Sampler {

  /**
   * An image of a batch.
   *
   * @param image its place in the set
   * @param epoch how often the set was gone through before
   * @param repetition how often the image was taken in this epoch before, to fill a batch
   */
  record Pick(int image, long epoch, int repetition) {}

  /**
   * {@return the images of a batch}
   *
   * @param step counted from 0, without an end
   */
  List<Pick> batch(long step);

  /** {@return how many batches an epoch has; the last one may reach into the next epoch} */
  long batchesPerEpoch();

  /**
   * {@return shuffled batches for training by iterations, as mmseg's: epoch follows epoch without a
   * seam, so a batch may begin in one and end in the next}
   *
   * @param images how many the set has
   * @param batch how many a batch has
   * @param seed decides the order
   */
  static Sampler continuous(int images, int batch, long seed) {
    return new ContinuousSampler(images, batch, seed);
  }

  /**
   * {@return shuffled batches for training by epochs; the last batch of an epoch is filled up with
   * images of the same epoch}
   *
   * @param images how many the set has
   * @param batch how many a batch has
   * @param seed decides the order
   */
  static Sampler epochs(int images, int batch, long seed) {
    return new GroupedSampler(new int[images], batch, seed);
  }

  /**
   * {@return shuffled batches in which all images lie or all stand, as mmdet's {@code
   * GroupSampler}, so that little is padded; both groups are filled up}
   *
   * @param set the images
   * @param batch how many a batch has
   * @param seed decides the order
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
