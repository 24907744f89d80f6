package dev.dovetail.models;

import dev.dovetail.adapters.FeaturePyramid;
import dev.dovetail.data.image.Size;
import dev.dovetail.graph.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.Trace;
import dev.dovetail.heads.InstanceHead.Detections;
import dev.dovetail.heads.InstanceHead.Images;
import java.util.LinkedHashMap;
import java.util.Map;

/** Traces models into graphs. */
public final class ModelGraph {

  /** What a backbone without a classifier would classify by. */
  private static final String EMBEDDING = "embedding";

  private static final String LOGITS = "logits";

  private ModelGraph() {}

  /**
   * The whole graph, 8-bit pixels to results.
   *
   * <p>Inputs: {@code image} uint8 [batch, height, width, 3] (BGR, resized, top left), {@code
   * img_shape} int64 [batch, 2] (height and width of the resized image), {@code ori_shape} int64
   * [batch, 2] (of the original; one for the whole batch in semantic graphs, none in classifiers),
   * and for instances {@code scale_factor} float32 [batch, 4].
   *
   * <p>Outputs: {@code label_map} uint8 or uint16 [batch, height, width] in original pixels; or
   * {@code boxes} [batch, n, 4] (x1 y1 x2 y2 in original pixels), {@code scores} and {@code labels}
   * [batch, n], {@code mask_probs} [batch, n, 28, 28], {@code count} [batch]; or {@code scores}
   * [batch, classes], which sum to 1; or, for 0 classes, {@code embedding} [batch, channels].
   */
  public static Graph whole(Model model, int batch, Size padded) {
    Trace trace = new Trace();
    Scope root = trace.root();
    Tensor pixels = trace.input("image", DType.UINT8, batch, padded.height(), padded.width(), 3);
    Tensor imageShape = trace.input("img_shape", DType.INT64, batch, 2);
    Tensor image =
        root.in(
            "preprocess",
            s -> ImageInputs.normalise(s, pixels, imageShape, model.preprocess().normalization()));
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    if (model.task() instanceof Task.Classification task) {
      boolean classifies = task.head().classes() > 0;
      Tensor logits = root.finite(classifies ? LOGITS : EMBEDDING, model.logits(root, image));
      outputs.put(classifies ? "scores" : EMBEDDING, classifies ? logits.softmax(-1) : logits);
      return trace.graph(outputs);
    }
    Tensor originalShape = trace.input("ori_shape", DType.INT64, batch, 2);
    if (model.task() instanceof Task.Semantic task) {
      Tensor full =
          SemanticGraph.logits(
              root.at("postprocess"),
              image,
              task.test(),
              crops ->
                  root.finite(LOGITS, task.head().logits(root, model.features(root, crops))));
      root.in(
          "postprocess",
          s -> {
            s.value("logits_full", full);
            Tensor original =
                s.value("logits_ori", SemanticGraph.toOriginal(s, full, originalShape));
            outputs.put("label_map", SemanticGraph.labels(original, task.head().classes()));
            return null;
          });
    } else if (model.task() instanceof Task.Instances task) {
      Tensor scaleFactor = trace.input("scale_factor", DType.FLOAT32, batch, 4);
      putDetections(
          outputs,
          task.head()
              .detect(
                  root,
                  model.features(root, image),
                  new Images(imageShape, scaleFactor),
                  task.test()));
    }
    return trace.graph(outputs);
  }

  /**
   * The bare graph, normalised pixels to the fixtures' outputs.
   *
   * <p>Inputs: {@code pixel_values} float32 [batch, 3, height, width], and for instances {@code
   * img_shape} and {@code scale_factor} as in {@link #whole}.
   *
   * <p>Outputs: {@code f1} to {@code f4}, the adapter's pyramid, and {@code logits} [batch,
   * classes, height / 4, width / 4]; or {@code boxes}, {@code scores}, {@code labels}, {@code
   * mask_probs}, {@code count}. Of a classifier {@code logits} [batch, classes] or {@code
   * embedding} [batch, channels] alone.
   */
  public static Graph bare(Model model, int batch, Size size) {
    return bare(model, batch, size, false);
  }

  /**
   * The bare graph and, if the head has one, the second head that only training uses, as the output
   * {@code aux_logits}. For counting; its parameters are declared beside the others.
   */
  public static Graph training(Model model, int batch, Size size) {
    return bare(model, batch, size, true);
  }

  private static Graph bare(Model model, int batch, Size size, boolean auxiliary) {
    Trace trace = new Trace();
    Scope root = trace.root();
    Tensor image =
        trace.input("pixel_values", DType.FLOAT32, batch, 3, size.height(), size.width());
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    if (model.task() instanceof Task.Classification task) {
      String name = task.head().classes() > 0 ? LOGITS : EMBEDDING;
      outputs.put(name, root.finite(name, model.logits(root, image)));
      return trace.graph(outputs);
    }
    FeaturePyramid pyramid = model.pyramid(root, image);
    for (int i = 0; i < pyramid.levels().size(); i++) {
      outputs.put("f" + (i + 1), pyramid.map(i));
    }
    FeaturePyramid features = model.features(root, pyramid);
    if (model.task() instanceof Task.Semantic task) {
      outputs.put(LOGITS, root.finite(LOGITS, task.head().logits(root, features)));
      if (auxiliary) {
        task.head().auxiliaryLogits(root, features).ifPresent(a -> outputs.put("aux_logits", a));
      }
    } else if (model.task() instanceof Task.Instances task) {
      Images images =
          new Images(
              trace.input("img_shape", DType.INT64, batch, 2),
              trace.input("scale_factor", DType.FLOAT32, batch, 4));
      putDetections(outputs, task.head().detect(root, features, images, task.test()));
    }
    return trace.graph(outputs);
  }

  private static void putDetections(Map<String, Tensor> outputs, Detections found) {
    outputs.put("boxes", found.boxes());
    outputs.put("scores", found.scores());
    outputs.put("labels", found.labels());
    outputs.put("mask_probs", found.maskProbs());
    outputs.put("count", found.count());
  }
}
