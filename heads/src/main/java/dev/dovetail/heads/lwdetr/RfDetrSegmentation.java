package dev.dovetail.heads.lwdetr;

import static dev.dovetail.graph.nn.Linear.linear;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.QueryBoxes;
import dev.dovetail.graph.nn.Activation;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.graph.nn.Norms;
import dev.dovetail.graph.nn.Resampling;
import dev.dovetail.heads.PyramidHead;
import dev.dovetail.heads.Require;
import java.util.Optional;

/**
 * RF-DETR with masks (Robinson et al. 2025) in addition to the boxes of {@link LwDetr}. A mask is
 * the dot product of a query with the enlarged map, after one convolutional block for each layer of
 * the decoder.
 *
 * <p>The taps {@code pred_masks} and {@code enc_outputs_mask_logits} have transformers' names.
 *
 * @param detector the detector of boxes; in a config, its keys are at the same level as the others
 * @param downsample ratio of the resolution of the network's input to that of a mask
 * @param feedForward channels between the linear layers of a query
 * @param activation activation of the blocks and the query layers
 */
public record RfDetrSegmentation(
    @JsonUnwrapped LwDetr detector, int downsample, int feedForward, Activation activation)
    implements PyramidHead<QueryBoxes> {

  private static final double BLOCK_EPSILON = 1e-6;
  private static final double QUERY_EPSILON = 1e-5;

  public RfDetrSegmentation {
    Require.positive("downsample", downsample);
    Require.positive("feedForward", feedForward);
  }

  /** Returns the head as published for COCO. */
  public static RfDetrSegmentation defaults() {
    return new RfDetrSegmentation(LwDetr.defaults(), 4, 1024, Activation.GELU);
  }

  @Override
  public int classes() {
    return detector.classes();
  }

  @Override
  public Class<QueryBoxes> predictions() {
    return QueryBoxes.class;
  }

  @Override
  public QueryBoxes predict(Scope root, FeaturePyramid features, ImageBatch images) {
    FeaturePyramid maps = features.coarsest(detector.levels());
    LwDetr.Decoded decoded = detector.decode(root, maps, images);
    int height = images.pixels().dim(2) / downsample;
    int width = images.pixels().dim(3) / downsample;
    Tensor map = Resampling.bilinear(maps.map(0), height, width);
    Scope s = root.at("segmentation_head");
    root.tap("enc_outputs_mask_logits", s.run(() -> masks(s, decoded.proposals(), map)));
    Tensor masks = s.run(() -> masks(s, decoded.queries(), mixed(s, map)));
    root.tap("pred_masks", masks);
    QueryBoxes boxes = decoded.predictions();
    return new QueryBoxes(
        boxes.logits(), boxes.boxes(), boxes.scoring(), boxes.most(), Optional.of(masks));
  }

  /** Applies all blocks to the map, [batch, width, height, width']. */
  private Tensor mixed(Scope s, Tensor map) {
    int width = map.dim(1);
    Tensor mixed =
        s.at("blocks").fold(0, detector.decoder().layers(), map, (b, x, i) -> block(b, x));
    return Conv2d.of(width, 1).apply(s.at("spatial_features_proj"), mixed);
  }

  private Tensor block(Scope s, Tensor map) {
    int width = map.dim(1);
    Tensor y = Conv2d.depthwise(width, 3).apply(s.at("dwconv"), map).permute(0, 2, 3, 1);
    y = linear(s.at("pwconv1"), Norms.layerNorm(s.at("norm"), y, BLOCK_EPSILON), width);
    return activation.apply(y).permute(0, 3, 1, 2).plus(map);
  }

  /**
   * Computes logits [batch, n, height, width] from queries [batch, n, width'] and a map of their
   * width.
   */
  private Tensor masks(Scope s, Tensor queries, Tensor map) {
    int width = queries.dim(2);
    Tensor mixed =
        s.in(
            "query_features_block",
            q -> {
              Tensor y = Norms.layerNorm(q.at("norm_in"), queries, QUERY_EPSILON);
              y = activation.apply(linear(q.at("layers.0"), y, feedForward));
              return queries.plus(linear(q.at("layers.2"), y, width));
            });
    Tensor projected = linear(s.at("query_features_proj"), mixed, width);
    return projected
        .matmul(map.flatten(2, 3))
        .reshape(queries.dim(0), queries.dim(1), map.dim(2), map.dim(3))
        .plus(s.weight("bias", Init.zeros(), 1));
  }
}
