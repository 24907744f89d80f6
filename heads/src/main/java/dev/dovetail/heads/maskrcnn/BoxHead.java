package dev.dovetail.heads.maskrcnn;

import dev.dovetail.graph.Indexing;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Selection;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.nn.Linear;
import dev.dovetail.heads.Require;
import java.util.stream.LongStream;

/**
 * Predicts the class of a region and corrects its box, for each class on its own (Girshick 2015;
 * mmdet's {@code Shared2FCBBoxHead}).
 *
 * @param size height and width of a region's features
 * @param channels width of the two hidden layers
 * @param coder how corrections are written
 */
public record BoxHead(int size, int channels, BoxCoder coder) {

  public BoxHead {
    Require.positive("size", size);
    Require.positive("channels", channels);
  }

  /** As published for the COCO data set. */
  public static BoxHead defaults() {
    return new BoxHead(7, 1024, BoxCoder.withStds(0.1, 0.1, 0.2, 0.2));
  }

  /**
   * Predictions for regions.
   *
   * @param logits [n, classes + 1], background last
   * @param deltas [n, 4 * classes]
   */
  public record Prediction(Tensor logits, Tensor deltas) {}

  /**
   * Objects of a batch of images in one list, image by image, best first.
   *
   * @param boxes float32 [n, 4]: x1 y1 x2 y2 in original pixels
   * @param image int64 [n]: which image of the batch an object is in
   * @param scores float32 [n]
   * @param labels int64 [n]
   */
  public record Objects(Tensor boxes, Tensor image, Tensor scores, Tensor labels) {

    /** Their boxes in pixels of the network's input. */
    Proposals resized(Tensor scaleFactor) {
      return new Proposals(boxes.times(scaleFactor.gather(0, image)), image);
    }
  }

  /**
   * The predictions for each region.
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
                      2,
                      features.flatten(1, 3),
                      (l, y, i) -> linear(l, y, channels, xavier).relu());
          Tensor logits = linear(s.at("fc_cls"), x, classes + 1, new Init.Normal(0.01f));
          Tensor deltas = linear(s.at("fc_reg"), x, 4 * classes, new Init.Normal(0.001f));
          return new Prediction(s.finite("cls_score", logits), s.finite("bbox_pred", deltas));
        });
  }

  private static Tensor linear(Scope s, Tensor x, int out, Init weight) {
    return Linear.linear(s, x, out, weight, Init.zeros());
  }

  /**
   * The objects that the predictions describe.
   *
   * @param limits float32 [batch, 4]: width, height, width, height of the images without padding
   * @param scaleFactor float32 [batch, 4]: resized by original size, for x1, y1, x2, y2
   */
  public Objects decode(
      Scope s,
      Prediction prediction,
      Proposals regions,
      Tensor limits,
      Tensor scaleFactor,
      RcnnInference test) {
    return s.run(() -> s.float32(() -> select(s, prediction, regions, limits, scaleFactor, test)));
  }

  private Objects select(
      Scope s,
      Prediction prediction,
      Proposals regions,
      Tensor limits,
      Tensor scaleFactor,
      RcnnInference test) {
    int classes = prediction.deltas().dim(1) / 4;
    Tensor all = prediction.logits().softmax(1).slice(1, 0, classes);
    Tensor above = all.greater(test.scoreThreshold()).apply(new Selection.NonZero()).permute(1, 0);
    Tensor region = above.select(1, 0);
    Tensor label = above.select(1, 1);
    Tensor image = regions.image().gather(0, region);
    Tensor scores = all.apply(new Indexing.GatherNd(0), above);
    Tensor deltas =
        prediction
            .deltas()
            .reshape(prediction.deltas().dim(0), classes, 4)
            .apply(new Indexing.GatherNd(0), above);
    Tensor boxes = coder.decode(regions.boxes().gather(0, region), deltas);
    Tensor rescaled =
        BoxCoder.clip(boxes, limits.gather(0, image)).div(scaleFactor.gather(0, image));

    int batch = limits.dim(0);
    Tensor images =
        s.constant(TensorData.of(LongStream.range(0, batch).toArray(), batch, 1)); // [batch, 1]
    Tensor kept =
        new BatchedNms(test.iouThreshold(), test.maxDetections())
            .keep(rescaled.unsqueeze(0), scores.unsqueeze(0), label, images.equal(image));
    Tensor index = kept.select(1, 1);
    return new Objects(
        rescaled.gather(0, index),
        kept.select(1, 0),
        scores.gather(0, index),
        label.gather(0, index));
  }
}
