package dev.dovetail.heads;

import dev.dovetail.adapters.FeaturePyramid;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;

/** Finds objects: boxes with labels, scores and masks. */
public non-sealed interface InstanceHead extends Head {

  /**
   * The images that the features are of.
   *
   * @param shape int64 [batch, 2]: height and width of the resized image, without padding
   * @param scaleFactor float32 [batch, 4]: resized by original size, for x1, y1, x2, y2
   */
  record Images(Tensor shape, Tensor scaleFactor) {}

  /**
   * The objects of each image, best first; images with fewer than the most are filled up with zeros
   * (label -1).
   *
   * @param boxes float32 [batch, n, 4]: x1 y1 x2 y2 in original pixels
   * @param scores float32 [batch, n]
   * @param labels int64 [batch, n], from 0
   * @param maskProbs float32 [batch, n, 28, 28], within the box
   * @param count int64 [batch]: objects found
   */
  record Detections(Tensor boxes, Tensor scores, Tensor labels, Tensor maskProbs, Tensor count) {}

  /**
   * Finds the objects of a batch of images.
   *
   * @param s the root of the model's scopes; a head names its own parts ({@code rpn_head}, …)
   */
  Detections detect(Scope s, FeaturePyramid features, Images images, DetectionTest test);
}
