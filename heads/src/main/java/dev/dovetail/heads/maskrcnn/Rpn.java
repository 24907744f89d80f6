package dev.dovetail.heads.maskrcnn;

import dev.dovetail.graph.Indexing;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Reduction;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.heads.Require;
import dev.dovetail.heads.boxes.AnchorGenerator;
import dev.dovetail.heads.boxes.BatchedNms;
import dev.dovetail.heads.boxes.BoxCoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The region proposal network (Ren et al. 2015), which proposes regions for objects of any class.
 * It follows mmdet's {@code RPNHead} and, with other options, torchvision's {@code
 * RegionProposalNetwork}.
 *
 * @param channels channels of the convolutions that all levels share
 * @param convs number of these convolutions
 * @param coder the encoding of boxes relative to anchors
 * @param ranking the ranking of the anchors of a level
 */
public record Rpn(
    AnchorGenerator anchors, int channels, int convs, BoxCoder coder, Ranking ranking) {

  private static final Init INIT = new Init.Normal(0.01f);

  /** The rankings that select the anchors of a level. */
  public enum Ranking {
    /** By scores; without a surplus of anchors, all are kept in their order (mmdet). */
    SCORES,
    /**
     * By logits, which differ even for scores that round to 1; all anchors are sorted
     * (torchvision).
     */
    LOGITS
  }

  /**
   * @throws IllegalArgumentException if a number is not positive
   */
  public Rpn {
    Require.positive("channels", channels);
    Require.positive("convs", convs);
  }

  /** Creates a network with one convolution and mmdet's arithmetic. */
  public static Rpn of(AnchorGenerator anchors, int channels) {
    return new Rpn(anchors, channels, 1, BoxCoder.withStds(1, 1, 1, 1), Ranking.SCORES);
  }

  /** The candidates of one level: scores [batch, n] and boxes [batch, n, 4] before clipping. */
  private record Candidates(Level level, Tensor scores, Tensor boxes) {}

  /**
   * The predictions for the anchors of a level.
   *
   * @param anchors float32 [n, 4]: x1 y1 x2 y2 in pixels
   * @param logits [batch, n]: scores before the sigmoid
   * @param deltas [batch, n, 4]: encoded refinements
   */
  public record Level(Tensor anchors, Tensor logits, Tensor deltas) {}

  /**
   * The proposals and the predictions that they were selected from.
   *
   * @param proposals the proposals, image by image, best first
   * @param levels the predictions of the levels, finest first
   */
  public record Prediction(Proposals proposals, List<Level> levels) {}

  /** Returns the network as published for COCO. */
  public static Rpn defaults() {
    return of(AnchorGenerator.defaults(), 256);
  }

  /**
   * Computes proposals, image by image, best first. Taps are {@code cls0}, … and {@code reg0}, …
   * (raw predictions of the levels), {@code proposals}, {@code proposal_scores} and {@code
   * proposal_levels}.
   *
   * @param pixels the padded images, [batch, 3, height, width]
   * @param limits float32 [batch, 4]: width, height, width, height of the images without padding
   */
  public Prediction propose(
      Scope s, FeaturePyramid features, Tensor pixels, Tensor limits, ProposalLimits most) {
    return s.run(
        () -> {
          List<Candidates> levels = new ArrayList<>();
          for (int i = 0; i < features.levels().size(); i++) {
            TensorData boxes = anchors.of(features, i, pixels);
            levels.add(candidates(s, features.map(i), i, boxes, most.proposalsPerLevel()));
          }
          return new Prediction(
              s.float32(() -> select(s, levels, limits, most)),
              levels.stream().map(Candidates::level).toList());
        });
  }

  private Candidates candidates(Scope s, Tensor map, int index, TensorData boxes, int most) {
    Tensor x = hidden(s.at("rpn_conv"), map);
    // Not in half precision, which would produce ties, and the order determines the selection.
    Tensor cls = s.float32(() -> conv(anchors.perCell(), 1).apply(s.at("rpn_cls"), x));
    Tensor reg = s.float32(() -> conv(4 * anchors.perCell(), 1).apply(s.at("rpn_reg"), x));
    s.finite("cls" + index, cls);
    s.finite("reg" + index, reg);
    return s.float32(() -> candidates(s.constant(boxes), cls, reg, most));
  }

  /** A single convolution has no index, as in mmdet. */
  private Tensor hidden(Scope s, Tensor map) {
    return convs == 1
        ? conv(channels, 3).apply(s, map).relu()
        : s.fold(0, convs, map, (c, x, i) -> conv(channels, 3).apply(c.at("conv"), x).relu());
  }

  private static Conv2d conv(int out, int kernel) {
    return Conv2d.of(out, kernel).init(INIT);
  }

  /** Selects the best anchors of a level and decodes their boxes. */
  private Candidates candidates(Tensor boxes, Tensor cls, Tensor reg, int most) {
    int batch = cls.dim(0);
    Tensor logits = cls.permute(0, 2, 3, 1).flatten(1, 3);
    int n = logits.dim(1);
    boolean byLogit = ranking == Ranking.LOGITS;
    Tensor ranked = byLogit ? logits : logits.sigmoid();
    Tensor deltas = reg.permute(0, 2, 3, 1).reshape(batch, n, 4);
    Level level = new Level(boxes, logits, deltas);
    if (n <= most && !byLogit) {
      return new Candidates(level, ranked, coder.decode(boxes, deltas));
    }
    List<Tensor> best = ranked.topK(Math.min(n, most), 1);
    Tensor index = best.get(1);
    return new Candidates(
        level,
        byLogit ? best.get(0).sigmoid() : best.get(0),
        coder.decode(
            boxes.gather(0, index), deltas.apply(new Indexing.GatherNd(1), index.unsqueeze(2))));
  }

  private Proposals select(Scope s, List<Candidates> levels, Tensor limits, ProposalLimits most) {
    Tensor scores = Tensor.concat(1, levels.stream().map(Candidates::scores).toList());
    Tensor boxes =
        BoxCoder.clip(
            Tensor.concat(1, levels.stream().map(Candidates::boxes).toList()), limits.unsqueeze(1));
    Tensor level = s.constant(levelOfEach(levels));
    Tensor sizes = boxes.slice(2, 2, 4).minus(boxes.slice(2, 0, 2));
    Tensor shortSide = sizes.apply(new Reduction.Reduce(Reduction.Kind.MIN, 2, false));
    Tensor large = shortSide.greater(most.minProposalSize());
    Tensor candidates =
        most.minProposalScore() > 0 ? large.and(scores.less(most.minProposalScore()).not()) : large;
    Tensor kept =
        new BatchedNms(most.proposalIouThreshold(), most.maxProposals())
            .keep(boxes, scores, level, candidates);
    s.tap("proposal_scores", scores.apply(new Indexing.GatherNd(0), kept));
    s.tap("proposal_levels", level.gather(0, kept.select(1, 1)));
    return new Proposals(
        s.tap("proposals", boxes.apply(new Indexing.GatherNd(0), kept)), kept.select(1, 0));
  }

  private static TensorData levelOfEach(List<Candidates> levels) {
    int total = levels.stream().mapToInt(c -> c.scores().dim(1)).sum();
    long[] level = new long[total];
    int from = 0;
    for (int i = 0; i < levels.size(); i++) {
      int to = from + levels.get(i).scores().dim(1);
      Arrays.fill(level, from, to, i);
      from = to;
    }
    return TensorData.of(level, total);
  }
}
