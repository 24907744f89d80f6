package dev.dovetail.heads.dfine;

import dev.dovetail.graph.nn.Activation;
import dev.dovetail.heads.queries.PredictionMlp;

/**
 * Where D-FINE, DEIMv2 and DEIMv2 in transformers differ.
 *
 * @param kind what decoder layers are made of
 * @param gateway whether a gate weighs what is seen on the maps against the query; a residual
 *     otherwise
 * @param predictors the activation between the layers of what predicts boxes and qualities
 * @param shareEdges whether all layers have one predictor of distributions
 * @param encoderOutput whether cells go through a layer and a norm, {@code enc_output}, before they
 *     are ranked
 * @param fixedPositions whether the queries' positions are those of the selected boxes in all
 *     layers, or those of the boxes that the layer before gives
 */
public record Style(
    LayerKind kind,
    boolean gateway,
    Activation predictors,
    boolean shareEdges,
    boolean encoderOutput,
    boolean fixedPositions) {

  /** {@return D-FINE's} */
  public static Style dfine() {
    return new Style(LayerKind.DFINE, true, Activation.RELU, false, true, false);
  }

  PredictionMlp predictor(int hidden, int out) {
    return new PredictionMlp(hidden, out, 3, predictors);
  }

  PredictionMlp boxPredictor(int hidden) {
    return predictor(hidden, 4);
  }
}
