package dev.dovetail.tasks;

import dev.dovetail.core.DType;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.Network;
import dev.dovetail.graph.network.Predictions;
import dev.dovetail.graph.onnx.ParameterStore;
import dev.dovetail.graph.onnx.Precision;
import dev.dovetail.runtime.Device;
import dev.dovetail.runtime.Plan;
import dev.dovetail.runtime.Settings;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Compiles and runs a task's inference with specified predictions of the network.
 *
 * @param padded size of the network's input
 * @param resized size of the resized images inside the input
 * @param original original size of the images
 */
public record Inference(Size padded, Size resized, Size original) {

  /**
   * Returns the outputs of the graph.
   *
   * @param values the predictions of the network with arbitrary names. Half of each value is an
   *     input of the network, which doubles it, so that values have the precision of the graph
   */
  public <P extends Predictions> Map<String, TensorData> run(
      Task<? super P, ?> task,
      Class<P> kind,
      Function<Map<String, Tensor>, P> predictions,
      Map<String, TensorData> values,
      Precision precision)
      throws IOException {
    int batch = values.values().iterator().next().type().shape().dim(0);
    Trace trace = new Trace();
    Tensor pixels = trace.input("image", DType.FLOAT32, batch, 3, padded.height(), padded.width());
    Network<P> network =
        new Network<>() {
          @Override
          public P forward(Scope root, ImageBatch images) {
            Map<String, Tensor> doubled = new HashMap<>();
            values.forEach(
                (name, data) -> {
                  int[] dims = data.type().shape().dims();
                  doubled.put(name, trace.input("given_" + name, DType.FLOAT32, dims).times(2));
                });
            return predictions.apply(doubled);
          }

          @Override
          public Class<P> predictions() {
            return kind;
          }

          @Override
          public int classes() {
            return 1;
          }
        };
    Map<String, Tensor> outputs =
        infer(task, trace.root(), network, ImageBatch.ofInputs(trace.root(), pixels));
    Map<String, TensorData> inputs = new HashMap<>();
    values.forEach((name, data) -> inputs.put("given_" + name, half(data)));
    inputs.put(
        "image",
        TensorData.of(
            new float[batch * 3 * (int) padded.pixels()],
            batch,
            3,
            padded.height(),
            padded.width()));
    inputs.put("img_shape", sizes(batch, resized));
    inputs.put("ori_shape", sizes(batch, original));
    Settings settings = Settings.on(new Device.Cpu(), precision).threads(1);
    try (Plan plan = Plan.compile(trace.graph(outputs), ParameterStore.none(), settings)) {
      inputs.keySet().retainAll(plan.inputs().keySet());
      return plan.run(inputs);
    }
  }

  @SuppressWarnings("unchecked")
  private static <P extends Predictions> Map<String, Tensor> infer(
      Task<? super P, ?> task, Scope root, Network<P> network, ImageBatch images) {
    return ((Task<P, ?>) task).infer(root, network, images);
  }

  private static TensorData half(TensorData data) {
    float[] values = data.floats();
    for (int i = 0; i < values.length; i++) {
      values[i] /= 2;
    }
    return TensorData.of(values, data.type().shape().dims());
  }

  private static TensorData sizes(int batch, Size size) {
    long[] all = new long[2 * batch];
    for (int i = 0; i < batch; i++) {
      all[2 * i] = size.height();
      all[2 * i + 1] = size.width();
    }
    return TensorData.of(all, batch, 2);
  }
}
