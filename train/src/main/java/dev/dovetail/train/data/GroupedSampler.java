package dev.dovetail.train.data;

import dev.dovetail.train.data.augment.Draws;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Samples epochs of batches in which all images belong to the same group. */
final class GroupedSampler implements Sampler {

  private final List<int[]> groups;
  private final int batch;
  private final long seed;
  private final int batchesPerEpoch;
  private List<List<Pick>> batches = List.of();
  private long batchesOf = -1;

  /**
   * @param groupOf the group of each image
   */
  GroupedSampler(int[] groupOf, int batch, long seed) {
    Shuffle.require(groupOf.length, batch);
    this.groups =
        Arrays.stream(groupOf)
            .distinct()
            .sorted()
            .mapToObj(g -> IntStream.range(0, groupOf.length).filter(i -> groupOf[i] == g))
            .map(IntStream::toArray)
            .toList();
    this.batch = batch;
    this.seed = seed;
    this.batchesPerEpoch = groups.stream().mapToInt(g -> batchesOf(g.length)).sum();
  }

  private int batchesOf(int images) {
    return Math.toIntExact((images + batch - 1L) / batch);
  }

  @Override
  public synchronized List<Pick> batch(long step) {
    long epoch = step / batchesPerEpoch;
    if (epoch != batchesOf) {
      batches = batches(epoch);
      batchesOf = epoch;
    }
    return batches.get((int) (step % batchesPerEpoch));
  }

  private List<List<Pick>> batches(long epoch) {
    Draws draws = Draws.of(seed, epoch);
    List<List<Pick>> all = new ArrayList<>();
    for (int[] group : groups) {
      int[] order = Shuffle.shuffled(group.clone(), draws);
      for (int b = 0; b < batchesOf(order.length); b++) {
        List<Pick> picks = new ArrayList<>();
        for (int i = b * batch; i < (b + 1) * batch; i++) {
          picks.add(new Pick(order[i % order.length], epoch, i / order.length));
        }
        all.add(List.copyOf(picks));
      }
    }
    int[] places = Shuffle.shuffled(IntStream.range(0, all.size()).toArray(), draws);
    return IntStream.of(places).mapToObj(all::get).toList();
  }

  @Override
  public long batchesPerEpoch() {
    return batchesPerEpoch;
  }
}
