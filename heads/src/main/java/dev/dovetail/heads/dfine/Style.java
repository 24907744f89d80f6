package dev.dovetail.heads.dfine;

import dev.dovetail.graph.nn.Activation;
import dev.dovetail.heads.queries.PredictionMlp;

/**
 * The differences between D-FINE, DEIMv2, and DEIMv2 in transformers.
 *
 * @param kind the kind of decoder layers
 * @param gateway whether a gate weights the result of the attention to the maps against the query,
 *     instead of a residual connection
 * @param predictors activation between the layers of the predictors of boxes and qualities
 * @param shareEdges whether all layers share a predictor of distributions
 * @param encoderOutput whether a linear layer and a norm, {@code enc_output}, are applied to cells
 *     before they are ranked
 * @param fixedPositions whether the positions of queries in all layers are those of the selected
 *     boxes instead of the boxes of the previous layer
 */
public record Style(
    LayerKind kind,
    boolean gateway,
    Activation predictors,
    boolean shareEdges,
    boolean encoderOutput,
    boolean fixedPositions) {

  /** {@return the style of D-FINE} */
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
