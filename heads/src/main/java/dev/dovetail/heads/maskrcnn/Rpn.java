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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The region proposal network (Ren et al. 2015): where objects of any class may be. Follows mmdet's
 * {@code RPNHead}.
 *
 * @param channels width of the convolution that all levels share
 */
public record Rpn(AnchorGenerator anchors, int channels) {

  private static final BoxCoder CODER = BoxCoder.withStds(1, 1, 1, 1);
  private static final Init INIT = new Init.Normal(0.01f);

  public Rpn {
    Require.positive("channels", channels);
  }

  /** Candidates of one level: scores [batch, n], boxes [batch, n, 4] not yet clipped. */
  private record Candidates(Level level, Tensor scores, Tensor boxes) {}

  /**
   * What is predicted for the anchors of a level.
   *
   * @param anchors float32 [n, 4]: x1 y1 x2 y2 in pixels
   * @param logits [batch, n]: scores before the sigmoid
   * @param deltas [batch, n, 4]: corrections
   */
  public record Level(Tensor anchors, Tensor logits, Tensor deltas) {}

  /**
   * Proposals, and what they were chosen from.
   *
   * @param proposals image by image, best first
   * @param levels finest first
   */
  public record Prediction(Proposals proposals, List<Level> levels) {}

  /** As published for the COCO data set. */
  public static Rpn defaults() {
    return new Rpn(AnchorGenerator.defaults(), 256);
  }

  /** {@return how corrections of anchors are written} */
  public BoxCoder coder() {
    return CODER;
  }

  /**
   * Proposals, image by image, best first. Taps {@code cls0}, … and {@code reg0}, … (raw
   * predictions of the levels), {@code proposals}, {@code proposal_scores} and {@code
   * proposal_levels}.
   *
   * @param limits float32 [batch, 4]: width, height, width, height of the images without padding
   */
  public Prediction propose(Scope s, FeaturePyramid features, Tensor limits, ProposalLimits most) {
    return s.run(
        () -> {
          List<Candidates> levels = new ArrayList<>();
          for (FeaturePyramid.Level level : features.levels()) {
            levels.add(candidates(s, level, levels.size(), most.proposalsPerLevel()));
          }
          return new Prediction(
              s.float32(() -> select(s, levels, limits, most)),
              levels.stream().map(Candidates::level).toList());
        });
  }

  private Candidates candidates(Scope s, FeaturePyramid.Level level, int index, int most) {
    Tensor x = conv(channels, 3).apply(s.at("rpn_conv"), level.map()).relu();
    Tensor cls = conv(anchors.perCell(), 1).apply(s.at("rpn_cls"), x);
    Tensor reg = conv(4 * anchors.perCell(), 1).apply(s.at("rpn_reg"), x);
    s.finite("cls" + index, cls);
    s.finite("reg" + index, reg);
    return s.float32(() -> candidates(s, level.stride(), cls, reg, most));
  }

  private static Conv2d conv(int out, int kernel) {
    return Conv2d.of(out, kernel).init(INIT);
  }

  /**
   * The best anchors of a level, moved by the predicted differences; if there are at most {@code
   * most}, all of them in order.
   */
  private Candidates candidates(Scope s, int stride, Tensor cls, Tensor reg, int most) {
    int batch = cls.dim(0);
    Tensor logits = cls.permute(0, 2, 3, 1).flatten(1, 3);
    Tensor scores = logits.sigmoid();
    int n = scores.dim(1);
    Tensor deltas = reg.permute(0, 2, 3, 1).reshape(batch, n, 4);
    Tensor boxes = s.constant(anchors.boxes(stride, cls.dim(2), cls.dim(3)));
    Level level = new Level(boxes, logits, deltas);
    if (n <= most) {
      return new Candidates(level, scores, CODER.decode(boxes, deltas));
    }
    List<Tensor> best = scores.topK(most, 1);
    Tensor index = best.get(1);
    return new Candidates(
        level,
        best.get(0),
        CODER.decode(
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
    Tensor kept =
        new BatchedNms(most.proposalIouThreshold(), most.maxProposals())
            .keep(boxes, scores, level, shortSide.greater(most.minProposalSize()));
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
