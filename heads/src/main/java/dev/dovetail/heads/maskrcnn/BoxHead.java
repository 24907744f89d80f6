package dev.dovetail.heads.maskrcnn;

import dev.dovetail.graph.Indexing;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Reduction;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Selection;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.graph.nn.ConvModule;
import dev.dovetail.graph.nn.Linear;
import dev.dovetail.graph.nn.MapNorm;
import dev.dovetail.heads.Require;
import dev.dovetail.heads.boxes.BatchedNms;
import dev.dovetail.heads.boxes.BoxCoder;
import dev.dovetail.heads.boxes.ObjectList;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Predicts the class of a region and refines its box (Girshick 2015; mmdet's {@code
 * Shared2FCBBoxHead} and {@code Shared4Conv1FCBBoxHead}, torchvision's {@code TwoMLPHead} and
 * {@code FastRCNNConvFCHead}).
 *
 * @param size height and width of a region's features
 * @param channels width of the hidden layers
 * @param layers number of hidden layers
 * @param convs the convolutions before the hidden layers
 * @param coder the encoding of boxes
 * @param classAgnostic whether all classes share a refinement instead of having one each
 * @param background position of the background class in checkpoints
 */
public record BoxHead(
    int size,
    int channels,
    int layers,
    Convs convs,
    BoxCoder coder,
    boolean classAgnostic,
    Background background) {

  /** The position of the background class in checkpoints; in predictions it is always last. */
  public enum Background {
    /** The last class, without its own refinement and mask (mmdet, detectron2). */
    LAST,
    /** The first class, with an unused refinement and mask (torchvision). */
    FIRST
  }

  /**
   * The 3x3 convolutions before the hidden layers.
   *
   * @param count number of convolutions, possibly 0
   */
  public record Convs(int count, int channels, MapNorm norm) {

    /**
     * @throws IllegalArgumentException if a number is out of range
     */
    public Convs {
      Require.positive("channels", channels);
      if (count < 0) {
        throw new IllegalArgumentException("count is " + count + ", expected 0 or more");
      }
    }

    /** Returns an empty stack of convolutions. */
    public static Convs none() {
      return new Convs(0, 256, MapNorm.NONE);
    }
  }

  /**
   * @throws IllegalArgumentException if a number is not positive
   */
  public BoxHead {
    Require.positive("size", size);
    Require.positive("channels", channels);
    Require.positive("layers", layers);
  }

  /**
   * Creates a head with two hidden layers, without convolutions, with a refinement for each class
   * and the background last.
   */
  public static BoxHead of(int size, int channels, BoxCoder coder) {
    return new BoxHead(size, channels, 2, Convs.none(), coder, false, Background.LAST);
  }

  /** Returns the head as published for COCO. */
  public static BoxHead defaults() {
    return of(7, 1024, BoxCoder.withStds(0.1, 0.1, 0.2, 0.2));
  }

  /** Returns a copy with another encoding of boxes. */
  public BoxHead with(BoxCoder value) {
    return new BoxHead(size, channels, layers, convs, value, classAgnostic, background);
  }

  /** Returns a copy with a refinement that all classes share. */
  public BoxHead agnostic() {
    return new BoxHead(size, channels, layers, convs, coder, true, background);
  }

  /**
   * The predictions for regions.
   *
   * @param logits [n, classes + 1], background last
   * @param deltas [n, 4 * classes], or [n, 4] if all classes share a refinement
   */
  public record Prediction(Tensor logits, Tensor deltas) {}

  /**
   * Computes the predictions for each region.
   *
   * @param features [n, channels, size, size]
   */
  public Prediction predict(Scope s, Tensor features, int classes) {
    Init xavier = new Init.XavierUniform();
    return s.run(
        () -> {
          Tensor x =
              s.at("shared_fcs")
                  .fold(
                      0,
                      layers,
                      convolved(s.at("shared_convs"), features).flatten(1, 3),
                      (l, y, i) -> linear(l, y, channels, xavier).relu());
          boolean first = background == Background.FIRST;
          int boxes = classAgnostic ? 1 : first ? classes + 1 : classes;
          // Not in half precision, which would produce ties, and the metric depends on the order.
          Tensor logits =
              s.float32(() -> linear(s.at("fc_cls"), x, classes + 1, new Init.Normal(0.01f)));
          Tensor deltas =
              s.float32(() -> linear(s.at("fc_reg"), x, 4 * boxes, new Init.Normal(0.001f)));
          s.finite("cls_score", logits);
          s.finite("bbox_pred", deltas);
          return first
              ? new Prediction(
                  Tensor.concat(1, logits.slice(1, 1, classes + 1), logits.slice(1, 0, 1)),
                  classAgnostic ? deltas : deltas.slice(1, 4, 4 * boxes))
              : new Prediction(logits, deltas);
        });
  }

  private Tensor convolved(Scope s, Tensor features) {
    Conv2d conv = Conv2d.of(convs.channels(), 3);
    return s.fold(
        0,
        convs.count(),
        features,
        (c, y, i) -> ConvModule.normed(c, y, conv, convs.norm()).relu());
  }

  private static Tensor linear(Scope s, Tensor x, int out, Init weight) {
    return Linear.linear(s, x, out, weight, Init.zeros());
  }

  /**
   * Refines each region for its predicted class, excluding the background.
   *
   * @param limits float32 [batch, 4]: width, height, width, height of the images without padding
   */
  public Proposals refine(Scope s, Prediction prediction, Proposals regions, Tensor limits) {
    return s.run(
        () ->
            s.float32(
                () -> {
                  int classes = prediction.logits().dim(1) - 1;
                  Tensor deltas = prediction.deltas();
                  if (!classAgnostic) {
                    Tensor label = prediction.logits().slice(1, 0, classes).argmax(1);
                    deltas =
                        deltas
                            .reshape(deltas.dim(0), classes, 4)
                            .apply(new Indexing.GatherNd(1), label.unsqueeze(1));
                  }
                  Tensor boxes = coder.decode(regions.boxes(), deltas);
                  return new Proposals(
                      BoxCoder.clip(boxes, limits.gather(0, regions.image())), regions.image());
                }));
  }

  /**
   * Computes the objects from the predictions.
   *
   * @param limits float32 [batch, 4]: width, height, width, height of the images without padding
   * @param scaleFactor float32 [batch, 4]: ratio of the resized to the original size, for x1, y1,
   *     x2, y2
   */
  public ObjectList decode(
      Scope s,
      Prediction prediction,
      Proposals regions,
      Tensor limits,
      Tensor scaleFactor,
      RcnnInference test) {
    return s.run(() -> s.float32(() -> select(s, prediction, regions, limits, scaleFactor, test)));
  }

  private ObjectList select(
      Scope s,
      Prediction prediction,
      Proposals regions,
      Tensor limits,
      Tensor scaleFactor,
      RcnnInference test) {
    int classes = prediction.logits().dim(1) - 1;
    Tensor all = prediction.logits().softmax(1).slice(1, 0, classes);
    Tensor above = all.greater(test.scoreThreshold()).apply(new Selection.NonZero()).permute(1, 0);
    Tensor region = above.select(1, 0);
    Tensor label = above.select(1, 1);
    Tensor image = regions.image().gather(0, region);
    Tensor scores = all.apply(new Indexing.GatherNd(0), above);
    Tensor deltas =
        classAgnostic
            ? prediction.deltas().gather(0, region)
            : prediction
                .deltas()
                .reshape(prediction.deltas().dim(0), classes, 4)
                .apply(new Indexing.GatherNd(0), above);
    Tensor boxes = coder.decode(regions.boxes().gather(0, region), deltas);
    Tensor clipped = BoxCoder.clip(boxes, limits.gather(0, image));
    Tensor scale = scaleFactor.gather(0, image);
    boolean original = test.suppressIn() == RcnnInference.Pixels.ORIGINAL;
    Tensor compared = original ? clipped.div(scale) : clipped;

    int batch = limits.dim(0);
    Tensor images =
        s.constant(TensorData.of(LongStream.range(0, batch).toArray(), batch, 1)); // [batch, 1]
    Tensor kept =
        new BatchedNms(test.iouThreshold(), test.maxDetections())
            .keep(
                compared.unsqueeze(0),
                scores.unsqueeze(0),
                label,
                large(images.equal(image), compared, test.minDetectionSize()));
    Tensor index = kept.select(1, 1);
    Tensor selected = compared.gather(0, index);
    return new ObjectList(
        original ? selected : selected.div(scale.gather(0, index)),
        kept.select(1, 0),
        scores.gather(0, index),
        label.gather(0, index),
        original ? Optional.empty() : Optional.of(selected));
  }

  /** Returns the candidates [batch, n] whose boxes [n, 4] have a minimum width and height. */
  private static Tensor large(Tensor candidates, Tensor boxes, float least) {
    if (least <= 0) {
      return candidates;
    }
    Tensor sizes = boxes.slice(1, 2, 4).minus(boxes.slice(1, 0, 2));
    Tensor shortSide = sizes.apply(new Reduction.Reduce(Reduction.Kind.MIN, 1, false));
    return candidates.and(shortSide.less(least).not());
  }
}
