package dev.dovetail.train.data;

import dev.dovetail.train.data.augment.Draws;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Concatenates epochs, each in its own random order, and splits them into batches. */
final class ContinuousSampler implements Sampler {

  private final int images;
  private final int batch;
  private final long seed;
  private int[] order = {};
  private long orderOf = -1;

  ContinuousSampler(int images, int batch, long seed) {
    Shuffle.require(images, batch);
    this.images = images;
    this.batch = batch;
    this.seed = seed;
  }

  @Override
  public synchronized List<Pick> batch(long step) {
    List<Pick> picks = new ArrayList<>();
    for (long at = step * batch; at < (step + 1) * batch; at++) {
      long epoch = at / images;
      if (epoch != orderOf) {
        order = Shuffle.shuffled(IntStream.range(0, images).toArray(), Draws.of(seed, epoch));
        orderOf = epoch;
      }
      picks.add(new Pick(order[(int) (at % images)], epoch, 0));
    }
    return picks;
  }

  @Override
  public long batchesPerEpoch() {
    return (images + batch - 1L) / batch;
  }
}
