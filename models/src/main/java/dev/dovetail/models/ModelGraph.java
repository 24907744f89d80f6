package dev.dovetail.models;

import dev.dovetail.core.DType;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.Predictions;
import dev.dovetail.tasks.OnePass;
import dev.dovetail.tasks.Passes;
import java.util.LinkedHashMap;
import java.util.Map;

/** Traces models into graphs. */
public final class ModelGraph {

  private static final String PYRAMID = "backbone.f";

  private ModelGraph() {}

  /**
   * Traces the whole graph, from 8-bit pixels to results.
   *
   * <p>Inputs: {@code image} uint8 [batch, height, width, 3] (BGR, resized, top left), {@code
   * img_shape} int64 [batch, 2] (height and width of the resized image), and those of {@link
   * ImageBatch} that the network or its task uses: {@code ori_shape} int64 [batch, 2] (of the
   * original image) and {@code scale_factor} float32 [batch, 4].
   *
   * <p>Outputs: those of the task.
   */
  public static <P extends Predictions> Graph whole(Model<P, ?> model, int batch, Size padded) {
    return of(model, new OnePass<>(model.task()), 0, batch, padded);
  }

  /**
   * Traces the graph of a pass of a view. With a single pass, inputs and outputs are those of
   * {@link #whole}, otherwise those of the task's {@link Passes}.
   *
   * @param round index of the round, from 0
   */
  public static <P extends Predictions> Graph pass(
      Model<P, ?> model, int round, int batch, Size padded) {
    return of(model, model.task().passes(), round, batch, padded);
  }

  private static <P extends Predictions> Graph of(
      Model<P, ?> model, Passes<P, ?> passes, int round, int batch, Size padded) {
    Trace trace = new Trace();
    Scope root = trace.root();
    Tensor pixels = trace.input("image", DType.UINT8, batch, padded.height(), padded.width(), 3);
    boolean fill = passes.fills(model.preprocess());
    ImageBatch images =
        root.in("preprocess", s -> ImageInputs.of(s, pixels, model.preprocess(), fill));
    return trace.graph(passes.infer(round, root, model.network(), images));
  }

  /**
   * Traces the bare graph, from normalized pixels to the predictions of the network.
   *
   * <p>Inputs: {@code pixel_values} float32 [batch, 3, height, width], and those of {@link
   * ImageBatch} that the network uses.
   *
   * <p>Outputs: {@code f1} to {@code f4}, the adapter's pyramid if there is one, and those of
   * {@link dev.dovetail.tasks.Task#bare}.
   */
  public static <P extends Predictions> Graph bare(Model<P, ?> model, int batch, Size size) {
    return bare(new Trace(), model, batch, size);
  }

  /**
   * Traces the bare graph including the auxiliary head, if the network has one, whose output is
   * {@code aux_logits}. It is used for counting parameters.
   */
  public static <P extends Predictions> Graph training(Model<P, ?> model, int batch, Size size) {
    return bare(Trace.forTraining(), model, batch, size);
  }

  private static <P extends Predictions> Graph bare(
      Trace trace, Model<P, ?> model, int batch, Size size) {
    Scope root = trace.root();
    Tensor pixels =
        trace.input("pixel_values", DType.FLOAT32, batch, 3, size.height(), size.width());
    P predictions = model.network().forward(root, ImageBatch.ofInputs(root, pixels));
    Map<String, Tensor> said = model.task().bare(root, predictions);
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    trace
        .graph(said)
        .values()
        .forEach(
            (name, value) -> {
              if (name.startsWith(PYRAMID)) {
                outputs.put(name.substring(PYRAMID.length() - 1), value);
              }
            });
    outputs.putAll(said);
    return trace.graph(outputs);
  }
}
