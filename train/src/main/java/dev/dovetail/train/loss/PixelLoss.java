package dev.dovetail.train.loss;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * The loss of semantic segmentation: that of the head, and of the auxiliary head if the network has
 * one (mmseg's {@code EncoderDecoder}).
 *
 * @param entropy the loss of both heads
 * @param auxiliaryWeight the weight of the auxiliary head's loss
 */
public record PixelLoss(CrossEntropy entropy, double auxiliaryWeight) {

  /**
   * {@return the loss of the published UperNet and SegFormer models: the mean over all pixels,
   * including ignored ones (mmseg's {@code avg_non_ignore=False}); the auxiliary head, if the model
   * has one, is weighted by 0.4}
   */
  public static PixelLoss defaults() {
    return new PixelLoss(CrossEntropy.ofPixels(), 0.4);
  }

  /**
   * {@return the terms {@code loss_decode} and, if there is an auxiliary head, {@code loss_aux},
   * and their sum}
   *
   * @param outputs the outputs of {@link dev.dovetail.graph.network.PixelLogits}: {@code logits},
   *     {@code aux_logits}
   * @param labels int64 [batch, height, width]
   */
  public Losses of(Map<String, Tensor> outputs, Tensor labels) {
    Map<String, Tensor> terms = new LinkedHashMap<>();
    Tensor total = entropy.resized(require(outputs, "logits"), labels);
    terms.put("loss_decode", total);
    if (outputs.containsKey("aux_logits")) {
      Tensor auxiliary = entropy.resized(require(outputs, "aux_logits"), labels);
      terms.put("loss_aux", auxiliary);
      try (Scalar weight = new Scalar(auxiliaryWeight)) {
        total = total.add(auxiliary, weight);
      }
    }
    return new Losses(terms, total);
  }

  private static Tensor require(Map<String, Tensor> outputs, String name) {
    Tensor output = outputs.get(name);
    if (output == null) {
      throw new IllegalArgumentException(
          "the loss of label maps needs the output '"
              + name
              + "', but the outputs are "
              + outputs.keySet());
    }
    return output;
  }
}
