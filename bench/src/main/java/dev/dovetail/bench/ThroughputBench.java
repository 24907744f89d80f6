package dev.dovetail.bench;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.onnx.OnnxWriter;
import dev.dovetail.internal.Job;
import dev.dovetail.internal.Pipeline;
import dev.dovetail.internal.PipelineSettings;
import dev.dovetail.internal.Session;
import dev.dovetail.internal.StageClock;
import dev.dovetail.models.Model;
import dev.dovetail.runtime.Device;
import dev.dovetail.runtime.Doctor;
import dev.dovetail.runtime.Settings;
import dev.dovetail.runtime.WeightBinding;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.commons.math3.stat.descriptive.rank.Median;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Images per second of the whole pipeline, from JPEG files to pasted masks or label maps, beside
 * ONNX Runtime's {@code OrtSession.run} alone on the same graph with as many threads, in turn.
 */
@Command(
    name = "throughput",
    mixinStandardHelpOptions = true,
    description = "the pipeline's images per second as a share of OrtSession.run alone")
final class ThroughputBench implements Callable<Integer> {

  @Mixin private Subject subject;

  @Option(names = "--images", defaultValue = "4", description = "images in a round")
  private int images;

  @Option(names = "--rounds", defaultValue = "5", description = "rounds of each side, in turn")
  private int rounds;

  @Override
  public Integer call() throws Exception {
    return measure(subject.model());
  }

  private <R> int measure(Model<?, R> model) throws Exception {
    Graph graph = subject.graph(model);
    Settings settings = subject.settings();
    WeightBinding weights = subject.weights();
    StageClock clock = new StageClock();
    double[] alone = new double[rounds];
    double[] complete = new double[rounds];
    double[] ratios = new double[rounds];
    try (RandomImages files = new RandomImages(images, subject.size());
        Session<R> whole = subject.session(model, graph);
        OrtSession session = session(graph, weights, settings)) {
      Map<String, OnnxTensor> input = input(graph, subject.size());
      whole.plans().lease(subject.key()).close();
      session.run(input).close();
      Pipeline<R> pipeline = whole.pipeline(PipelineSettings.ofCalls(1), clock);
      for (int r = 0; r < rounds; r++) {
        long start = System.nanoTime();
        for (int i = 0; i < images; i++) {
          session.run(input).close();
        }
        alone[r] = images / ((System.nanoTime() - start) * 1e-9);
        start = System.nanoTime();
        pipeline.run(files.jobs(), (job, image, result) -> result, new Ignored<R>());
        complete[r] = images / ((System.nanoTime() - start) * 1e-9);
        ratios[r] = complete[r] / alone[r];
      }
      input.values().forEach(OnnxTensor::close);
    }
    Median median = new Median();
    System.out.printf(
        Locale.ROOT,
        "%s: pipeline %.3f images/s, OrtSession.run alone %.3f images/s, ratio %.3f (median of %d"
            + " rounds of %d images; %.3f to %.3f)%n",
        subject.describe(),
        median.evaluate(complete),
        median.evaluate(alone),
        median.evaluate(ratios),
        rounds,
        images,
        java.util.Arrays.stream(ratios).min().orElseThrow(),
        java.util.Arrays.stream(ratios).max().orElseThrow());
    System.out.println("seconds by stage, which overlap: " + clock.seconds());
    return 0;
  }

  private static final class Ignored<R> implements Pipeline.Sink<R> {
    @Override
    public void accept(Job job, R result) {}

    @Override
    public void failed(Job job, IOException reason) throws IOException {
      throw reason;
    }
  }

  /** A session of ONNX Runtime with its own defaults for threads, on the same model. */
  private static OrtSession session(Graph graph, WeightBinding weights, Settings settings)
      throws OrtException {
    byte[] model =
        OnnxWriter.write(graph, settings.dialect(), settings.precision(), weights, Map.of())
            .toByteArray();
    // Loads ONNX Runtime, and what it needs on the device, as plans do.
    Doctor.examine(settings.device());
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.addConfigEntry(
          "session.model_external_initializers_file_folder_path",
          weights.folder().orElseThrow().toString());
      if (settings.device() instanceof Device.Cuda cuda) {
        try (OrtCUDAProviderOptions provider = new OrtCUDAProviderOptions(cuda.index())) {
          // What a plan computes with: float32 without TF32, algorithms by heuristics.
          provider.add("use_tf32", "0");
          provider.add("cudnn_conv_algo_search", "HEURISTIC");
          options.addCUDA(provider);
        }
      }
      return environment.createSession(model, options);
    }
  }

  private static Map<String, OnnxTensor> input(Graph graph, Size size) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    long[] shape = {1, size.height(), size.width(), 3};
    ByteBuffer pixels =
        ByteBuffer.allocateDirect(Math.toIntExact(3 * size.pixels()))
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
      LongBuffer values = LongBuffer.wrap(new long[] {size.height(), size.width()});
      input.put(name, OnnxTensor.createTensor(environment, values, new long[] {1, 2}));
    }
    if (graph.inputs().containsKey("scale_factor")) {
      float[][] ones = {{1, 1, 1, 1}};
      input.put("scale_factor", OnnxTensor.createTensor(environment, ones));
    }
    return input;
  }
}
