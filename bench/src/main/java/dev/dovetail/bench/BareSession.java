package dev.dovetail.bench;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.onnx.OnnxWriter;
import dev.dovetail.runtime.CudaProvider;
import dev.dovetail.runtime.Device;
import dev.dovetail.runtime.Doctor;
import dev.dovetail.runtime.Settings;
import dev.dovetail.runtime.WeightBinding;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs {@code OrtSession.run} on a whole graph and one image, without any other code. */
final class BareSession implements AutoCloseable {

  private final OrtSession session;
  private final Map<String, OnnxTensor> input;

  private BareSession(OrtSession session, Map<String, OnnxTensor> input) {
    this.session = session;
    this.input = input;
  }

  static BareSession of(Graph graph, Subject subject) throws IOException, OrtException {
    return new BareSession(
        session(graph, subject.weights(), subject.settings()), input(graph, subject));
  }

  void run() throws OrtException {
    session.run(input).close();
  }

  @Override
  public void close() throws OrtException {
    input.values().forEach(OnnxTensor::close);
    session.close();
  }

  /** Opens a session of the same model with ONNX Runtime's default threads. */
  private static OrtSession session(Graph graph, WeightBinding weights, Settings settings)
      throws OrtException {
    byte[] model =
        OnnxWriter.write(graph, settings.dialect(), settings.precision(), weights, Map.of())
            .toByteArray();
    // Loads ONNX Runtime and its libraries for the device in the same way as plans.
    Doctor.examine(settings.device());
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.addConfigEntry(
          "session.model_external_initializers_file_folder_path",
          weights.folder().orElseThrow().toString());
      if (settings.device() instanceof Device.Cuda cuda) {
        CudaProvider.addTo(options, cuda);
      }
      return environment.createSession(model, options);
    }
  }

  private static Map<String, OnnxTensor> input(Graph graph, Subject subject) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    Size size = subject.size();
    int batch = subject.batch();
    long[] shape = {batch, size.height(), size.width(), 3};
    ByteBuffer pixels =
        ByteBuffer.allocateDirect(Math.toIntExact(3 * batch * size.pixels()))
            .order(ByteOrder.nativeOrder());
    for (int i = 0; i < pixels.capacity(); i++) {
      pixels.put(i, (byte) (i * 31));
    }
    Map<String, OnnxTensor> input = new LinkedHashMap<>();
    input.put("image", OnnxTensor.createTensor(environment, pixels, shape, OnnxJavaType.UINT8));
    for (String name : List.of("img_shape", "ori_shape")) {
      if (!graph.inputs().containsKey(name)) {
        continue;
      }
      long[] sizes = new long[2 * batch];
      for (int i = 0; i < sizes.length; i++) {
        sizes[i] = i % 2 == 0 ? size.height() : size.width();
      }
      LongBuffer values = LongBuffer.wrap(sizes);
      input.put(name, OnnxTensor.createTensor(environment, values, new long[] {batch, 2}));
    }
    if (graph.inputs().containsKey("scale_factor")) {
      float[][] ones = new float[batch][4];
      for (float[] row : ones) {
        Arrays.fill(row, 1);
      }
      input.put("scale_factor", OnnxTensor.createTensor(environment, ones));
    }
    return input;
  }
}
