package dev.dovetail.tasks.segmentation;

import dev.dovetail.core.DType;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.Network;
import dev.dovetail.graph.network.PixelPredictions;
import dev.dovetail.graph.network.QueryMasks;
import dev.dovetail.graph.nn.Resampling;
import dev.dovetail.images.Preprocess;
import dev.dovetail.tasks.Augmentation;
import dev.dovetail.tasks.Evaluation;
import dev.dovetail.tasks.EvaluationData;
import dev.dovetail.tasks.OnePass;
import dev.dovetail.tasks.Passes;
import dev.dovetail.tasks.Presentation;
import dev.dovetail.tasks.Task;
import dev.dovetail.tasks.masks.MaskSize;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Semantic segmentation. The output of its graphs is {@code label_map} uint8 or uint16 [batch,
 * height, width] in original pixels.
 *
 * @param classes the number of classes of the model
 * @param inference the options of inference
 * @param labels the meaning of annotations in an evaluation
 * @param augmentation the views of an image that are merged; empty for a single pass
 */
public record SemanticTask(
    int classes,
    SemanticInference inference,
    SemanticLabels labels,
    Optional<Augmentation> augmentation)
    implements Task<PixelPredictions, LabelMap> {

  static final String NAME = "semantic";

  private static final String LABEL_MAP = "label_map";
  private static final String LOGITS = "logits";
  private static final String POSTPROCESS = "postprocess";

  /**
   * Creates a task with a single view of each image.
   *
   * @param classes the number of classes of the model
   * @param inference the options of inference
   * @param labels the meaning of annotations in an evaluation
   */
  public SemanticTask(int classes, SemanticInference inference, SemanticLabels labels) {
    this(classes, inference, labels, Optional.empty());
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Preprocess usualPreprocess() {
    return Preprocess.segmentation();
  }

  /** A window. */
  @Override
  public Size inputSize(Preprocess preprocess) {
    return new Size(inference.crop().get(0), inference.crop().get(1));
  }

  @Override
  public Class<LabelMap> results() {
    return LabelMap.class;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Taps in {@code postprocess} are {@code scores} (the output of the network), {@code windows}
   * (at the size of the windows), {@code logits_full} (at the size of the input) and {@code
   * logits_ori} (at the original size).
   */
  @Override
  public Map<String, Tensor> infer(
      Scope root, Network<? extends PixelPredictions> network, ImageBatch images) {
    Tensor labels =
        atOriginalSize(root, network, images, logits -> root.float32(() -> labels(logits)));
    return Map.of(LABEL_MAP, labels);
  }

  @Override
  public Passes<PixelPredictions, LabelMap> passes() {
    return augmentation.isEmpty() || augmentation.get().seesOnce()
        ? new OnePass<>(this)
        : new SemanticViews(this, augmentation.get());
  }

  /**
   * Applies a function to the logits at the original size.
   *
   * @param use maps [batch, classes, ?, ?] to the same shape
   */
  Tensor atOriginalSize(
      Scope root,
      Network<? extends PixelPredictions> network,
      ImageBatch images,
      UnaryOperator<Tensor> use) {
    Scope s = root.at(POSTPROCESS);
    Tensor full =
        SlidingWindows.logits(
            s,
            images.pixels(),
            inference,
            crops -> {
              ImageBatch seen = seen(s, images, crops);
              return s.tap("scores", scores(root, sized(s, network.forward(root, seen), seen)));
            });
    return s.run(
        () -> {
          s.tap("logits_full", full);
          return use.apply(s.tap("logits_ori", toOriginal(s, full, images)));
        });
  }

  /** Resizes masks to the size at which they are converted to scores. */
  private PixelPredictions sized(Scope s, PixelPredictions predictions, ImageBatch seen) {
    MaskSize size = inference.masks();
    if (size.at() == MaskSize.At.NETWORK || !(predictions instanceof QueryMasks queries)) {
      return predictions;
    }
    boolean fixed = size.at() == MaskSize.At.FIXED;
    int height = fixed ? size.size().get(0) : seen.pixels().dim(2);
    int width = fixed ? size.size().get(1) : seen.pixels().dim(3);
    return s.float32(() -> queries.resized(height, width));
  }

  private static Tensor scores(Scope root, PixelPredictions predictions) {
    return root.finite(LOGITS, predictions.pixelLogits(root.at(POSTPROCESS)));
  }

  /** Returns the images, or their windows as separate images. */
  private static ImageBatch seen(Scope s, ImageBatch images, Tensor crops) {
    return crops == images.pixels() ? images : ImageBatch.whole(s, crops);
  }

  /**
   * Resizes logits to the original size (bilinear, half-pixel centers). Padded images are first
   * resized to the network's input, where padding is removed.
   *
   * @param logits [batch, classes, height, width]
   * @param images images of the same original size
   * @return [batch, classes, ?, ?]
   */
  private static Tensor toOriginal(Scope s, Tensor logits, ImageBatch images) {
    return s.float32(
        () -> {
          Tensor pixels = images.pixels();
          Tensor seen =
              images.isPadded()
                  ? images.withoutPadding(Resampling.bilinear(logits, pixels.dim(2), pixels.dim(3)))
                  : logits;
          Tensor leading = s.constant((long) logits.dim(0), (long) logits.dim(1));
          Tensor sizes = Tensor.concat(0, leading, images.originalShape().select(0, 0));
          return Resampling.bilinear(seen, sizes);
        });
  }

  /**
   * Computes the class of every pixel: [batch, height, width], uint8 if it is sufficient for the
   * number of classes.
   */
  private Tensor labels(Tensor logits) {
    return logits.argmax(1).cast(classes <= 256 ? DType.UINT8 : DType.UINT16);
  }

  /** {@inheritDoc} The output is {@code logits} [batch, classes, height / 4, width / 4]. */
  @Override
  public Map<String, Tensor> bare(Scope root, PixelPredictions predictions) {
    Map<String, Tensor> all = new LinkedHashMap<>(predictions.tensors());
    all.put(LOGITS, scores(root, predictions));
    return all;
  }

  @Override
  public Set<String> pixelOutputs() {
    return Set.of(LABEL_MAP);
  }

  @Override
  public boolean needsOneOriginalSize() {
    return true;
  }

  @Override
  public LabelMap decode(Map<String, TensorData> outputs, int image, Size original) {
    TensorData map = outputs.get(LABEL_MAP);
    Size size = new Size(map.type().shape().dim(1), map.type().shape().dim(2));
    int pixels = Math.toIntExact(size.pixels());
    if (map.type().dtype() == DType.UINT8) {
      byte[] own = new byte[pixels];
      map.bytes().position(image * pixels).get(own);
      return new LabelMap.Bytes(size, own);
    }
    short[] own = new short[pixels];
    map.bytes().asShortBuffer().position(image * pixels).get(own);
    return new LabelMap.Shorts(size, own);
  }

  @Override
  public Presentation<LabelMap> presentation(List<String> names) {
    return new SemanticPresentation(names);
  }

  @Override
  public Evaluation<LabelMap> evaluation(EvaluationData data, List<String> names)
      throws IOException {
    return SemanticMapsEvaluation.of(data, names, this);
  }
}
