package dev.dovetail.bench;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.onnx.OnnxWriter;
import dev.dovetail.runtime.CudaProvider;
import dev.dovetail.runtime.Device;
import dev.dovetail.runtime.Doctor;
import dev.dovetail.runtime.Settings;
import dev.dovetail.runtime.WeightBinding;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Runs {@code OrtSession.run}, with ONNX Runtime's defaults. */
final class BareSession implements OneBatch {

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

  @Override
  public void run() throws OrtException {
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
    Map<String, OnnxTensor> all = new LinkedHashMap<>();
    for (Map.Entry<String, TensorData> entry : subject.inputs(graph).entrySet()) {
      all.put(entry.getKey(), tensor(entry.getValue()));
    }
    return all;
  }

  private static OnnxTensor tensor(TensorData data) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    long[] shape = Arrays.stream(data.type().shape().dims()).asLongStream().toArray();
    return switch (data.type().dtype()) {
      case UINT8 -> OnnxTensor.createTensor(environment, data.bytes(), shape, OnnxJavaType.UINT8);
      case INT64 -> OnnxTensor.createTensor(environment, LongBuffer.wrap(data.longs()), shape);
      default -> OnnxTensor.createTensor(environment, FloatBuffer.wrap(data.floats()), shape);
    };
  }
}
