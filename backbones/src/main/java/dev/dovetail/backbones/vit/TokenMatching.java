package dev.dovetail.backbones.vit;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Indexing;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Selection;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The bipartite soft matching of token merging (Bolya et al. 2023, section 3.1). It maps each token
 * that is merged to the token that it is merged into. All sizes are known when the graph is built;
 * the matching depends on each image. The sort is stable.
 *
 * @param split the two sets of tokens
 * @param prefix number of leading tokens that are excluded from merging
 * @param unmerged [batch, n], the sources that are kept, as indices into the sources
 * @param merged [batch, m], the sources that are merged, as indices into the sources
 * @param into [batch, m], the targets of the merged sources, as indices into the targets
 */
record TokenMatching(TokenSplit split, int prefix, Tensor unmerged, Tensor merged, Tensor into) {

  /** A value below every cosine, which marks impossible matches. */
  private static final float IMPOSSIBLE = -1e4f;

  /**
   * Matches sources to their most similar targets.
   *
   * @param metric [batch, tokens, channels], the vectors that similarity is computed from
   * @param count number of sources to merge; with a prefix, at most half of the other tokens
   */
  static TokenMatching of(Scope s, Tensor metric, TokenSplit split, int count, int prefix) {
    // In half precision, rounding would produce ties.
    return s.float32(() -> match(s, metric, split, count, prefix));
  }

  private static TokenMatching match(
      Scope s, Tensor metric, TokenSplit split, int count, int prefix) {
    Tensor unit = metric.div(metric.times(metric).sum(-1, true).sqrt());
    Tensor scores = take(unit, split.sources()).matmul(take(unit, split.targets()).transpose(1, 2));
    if (prefix > 0) {
      scores = scores.plus(s.constant(protection(split, prefix)));
    }
    int sources = split.sources().size();
    Tensor order = scores.max(-1, false).topK(sources, 1).get(1);
    Tensor merged = order.slice(1, 0, count);
    Tensor unmerged = order.slice(1, count, sources);
    return new TokenMatching(
        split,
        prefix,
        s.tap("unmerged", prefix > 0 ? ascending(unmerged) : unmerged),
        s.tap("merged", merged),
        s.tap("into", pick(scores.argmax(-1), merged)));
  }

  private static TensorData protection(TokenSplit split, int prefix) {
    int columns = split.targets().size();
    float[] mask = new float[split.sources().size() * columns];
    for (int i = 0; i < mask.length; i++) {
      boolean open =
          split.sources().get(i / columns) >= prefix && split.targets().get(i % columns) >= prefix;
      mask[i] = open ? 0 : IMPOSSIBLE;
    }
    return TensorData.of(mask, 1, split.sources().size(), columns);
  }

  private static Tensor ascending(Tensor indices) {
    return indices
        .cast(DType.FLOAT32)
        .applyAll(new Selection.TopK(indices.dim(1), 1, false))
        .get(0)
        .cast(DType.INT64);
  }

  /** Returns the number of tokens after merging. */
  public int remaining() {
    return unmerged.dim(1) + split.targets().size();
  }

  /**
   * Adds the merged sources to their targets.
   *
   * @param x [batch, tokens, channels]
   * @return [batch, remaining, channels]: the prefix, the unmerged sources, the targets
   */
  public Tensor sums(Tensor x) {
    Tensor sources = take(x, split.sources());
    Tensor targets = take(x, split.targets());
    Tensor numbers = x.constant(numbers(0, targets.dim(1))).reshape(1, targets.dim(1), 1);
    Tensor oneHot = numbers.equal(into.unsqueeze(1)).cast(DType.FLOAT32);
    Tensor sums = targets.plus(oneHot.matmul(pick(sources, merged)));
    Tensor all = unmerged.dim(1) == 0 ? sums : Tensor.concat(1, pick(sources, unmerged), sums);
    return prefix < 2 ? all : all.gather(1, x.constant(TensorData.of(order(), remaining())));
  }

  /**
   * Returns the new index of each token: [batch, tokens], indices into the result of {@link #sums}.
   */
  public Tensor places() {
    int batch = into.dim(0);
    int sources = split.sources().size();
    int kept = unmerged.dim(1);
    Tensor of = kept == 0 ? merged : Tensor.concat(1, merged, unmerged);
    Tensor to =
        kept == 0
            ? into
            : Tensor.concat(1, into.plus(kept), row(numbers(0, kept)).expand(batch, kept));
    Tensor image = into.constant(numbers(0, batch)).reshape(batch, 1, 1).expand(batch, sources, 1);
    Tensor placed =
        into.constant(TensorData.of(new long[batch * sources], batch, sources))
            .apply(new Indexing.ScatterNd(), Tensor.concat(2, image, of.unsqueeze(2)), to);
    int targets = split.targets().size();
    Tensor others = row(numbers(kept, targets)).expand(batch, targets);
    Tensor places = Tensor.concat(1, placed, others).gather(1, into.constant(inTokenOrder()));
    return prefix < 2 ? places : into.constant(inverse(order())).gather(0, places);
  }

  private Tensor row(TensorData numbers) {
    return into.constant(numbers).unsqueeze(0);
  }

  /** Reverses {@link #sums} approximately: each token gets the value of its target. */
  Tensor spread(Tensor x) {
    return pick(x, places());
  }

  /** Returns the position of each token in the concatenation of sources and targets. */
  private TensorData inTokenOrder() {
    long[] position = new long[split.tokens()];
    int next = 0;
    for (int token : split.sources()) {
      position[token] = next++;
    }
    for (int token : split.targets()) {
      position[token] = next++;
    }
    return TensorData.of(position, position.length);
  }

  /** Moves the prefix to the front of the concatenated sources and targets. */
  private long[] order() {
    int kept = unmerged.dim(1);
    IntStream first = IntStream.range(0, prefix).map(t -> t % 2 == 0 ? t / 2 : kept + t / 2);
    IntStream sources = IntStream.range((prefix + 1) / 2, kept);
    IntStream targets = IntStream.range(kept + prefix / 2, remaining());
    return IntStream.concat(first, IntStream.concat(sources, targets)).asLongStream().toArray();
  }

  private static TensorData inverse(long[] order) {
    long[] inverse = new long[order.length];
    for (int i = 0; i < order.length; i++) {
      inverse[(int) order[i]] = i;
    }
    return TensorData.of(inverse, inverse.length);
  }

  private static TensorData numbers(int from, int count) {
    return TensorData.of(IntStream.range(from, from + count).asLongStream().toArray(), count);
  }

  private static Tensor take(Tensor x, List<Integer> positions) {
    long[] indices = positions.stream().mapToLong(Integer::longValue).toArray();
    return x.gather(1, x.constant(TensorData.of(indices, indices.length)));
  }

  /** Gathers along axis 1 with separate indices [batch, n] for each image. */
  static Tensor pick(Tensor x, Tensor indices) {
    return x.apply(new Indexing.GatherNd(1), indices.unsqueeze(2));
  }
}
