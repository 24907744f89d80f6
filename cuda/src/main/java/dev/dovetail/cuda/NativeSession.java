package dev.dovetail.cuda;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.dovetail.cuda.kernels.KernelDevice;
import dev.dovetail.graph.FusedOp;
import dev.dovetail.graph.Fusion;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.TensorType;
import dev.dovetail.graph.onnx.OnnxWriter;
import dev.dovetail.graph.onnx.ParameterStore;
import dev.dovetail.runtime.Device;
import dev.dovetail.runtime.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.onnxruntime.CustomOpDomain;
import org.bytedeco.onnxruntime.IoBinding;
import org.bytedeco.onnxruntime.OrtCUDAProviderOptionsV2;
import org.bytedeco.onnxruntime.RunOptions;
import org.bytedeco.onnxruntime.Session;
import org.bytedeco.onnxruntime.SessionOptions;
import org.bytedeco.onnxruntime.Value;
import org.bytedeco.onnxruntime.ValueVector;
import org.bytedeco.onnxruntime.global.onnxruntime;

/**
 * A graph compiled by ONNX Runtime's C API, with fused operators computed by kernels of ours. Several
 * threads may run one at a time.
 */
final class NativeSession implements AutoCloseable {

  private static final String FOLDER = "session.model_external_initializers_file_folder_path";

  /**
   * How a graph is compiled.
   *
   * @param settings device, precision and threads
   * @param kernels where kernels run
   * @param fused which fused operators may be used
   * @param recorded whether the launches of a run are recorded as a CUDA graph, which later runs
   *     replay: inputs and outputs stay at fixed places then, and every node runs on the GPU
   * @param provider more options of the CUDA provider
   */
  record Options(
      Settings settings,
      KernelDevice kernels,
      Predicate<FusedOp> fused,
      boolean recorded,
      Map<String, String> provider) {}

  private final Graph graph;
  private final Options options;
  private final List<Long> numbers;
  private final Session session;

  /** What the session refers to. */
  private final List<Object> kept;

  private NativeSession(
      Graph graph, Options options, List<Long> numbers, Session session, List<Object> kept) {
    this.graph = graph;
    this.options = options;
    this.numbers = numbers;
    this.session = session;
    this.kept = kept;
  }

  /**
   * Compiles a graph.
   *
   * @throws IllegalStateException if ONNX Runtime refuses it
   * @throws IOException if weights have to be derived and cannot be read or written
   */
  static NativeSession compile(Graph graph, ParameterStore weights, Options options)
      throws IOException {
    List<Long> numbers = new ArrayList<>();
    List<Object> kept = new ArrayList<>();
    try {
      Graph fused = graph.fused(registered(Fusions.in(graph, options.fused()), options, numbers));
      Settings settings = options.settings();
      ModelProto model =
          OnnxWriter.write(fused, settings.dialect(), settings.precision(), weights, Map.of());
      SessionOptions o = sessionOptions(options, kept);
      if (weights.folder().isPresent()) {
        o.AddConfigEntry(FOLDER, weights.folder().get().toString());
      }
      List<String> names =
          model.getGraph().getNodeList().stream()
              .filter(n -> n.getDomain().equals(FusedOp.DOMAIN))
              .map(NodeProto::getOpType)
              .toList();
      if (!names.isEmpty()) {
        CustomOpDomain domain = CustomOps.domain(names, options.kernels().provider());
        kept.add(domain);
        o.Add(domain.asOrtCustomOpDomain());
      }
      BytePointer bytes = new BytePointer(model.toByteArray());
      Session session = new Session(Ort.ENVIRONMENT, bytes, bytes.limit(), o);
      bytes.close();
      return new NativeSession(graph, options, numbers, session, kept);
    } catch (UncheckedIOException e) {
      numbers.forEach(CustomOps::release);
      throw e.getCause();
    } catch (RuntimeException e) {
      numbers.forEach(CustomOps::release);
      throw e instanceof IllegalStateException || e instanceof IllegalArgumentException
          ? e
          : new IllegalStateException(e.getMessage(), e);
    }
  }

  private static List<Fusion> registered(
      List<Fusion> fusions, Options options, List<Long> numbers) {
    List<Fusion> all = new ArrayList<>();
    for (Fusion f : fusions) {
      List<TensorType> operands = f.operands().stream().map(t -> t.type()).toList();
      List<TensorType> results = f.results().stream().map(t -> t.type()).toList();
      long number =
          CustomOps.register(new NodeKernel.Spec(f.op(), operands, results, options.kernels()));
      numbers.add(number);
      all.add(
          new Fusion(
              new Registered(f.op(), operands.size(), results.size(), number),
              f.operands(),
              f.results()));
    }
    return all;
  }

  private static SessionOptions sessionOptions(Options options, List<Object> kept) {
    Settings settings = options.settings();
    SessionOptions o = new SessionOptions();
    kept.add(o);
    o.SetIntraOpNumThreads(settings.threads());
    o.SetInterOpNumThreads(1);
    o.DisableMemPattern();
    o.AddConfigEntry("session.intra_op.allow_spinning", "0");
    o.SetGraphOptimizationLevel(
        settings.optimised() ? onnxruntime.ORT_ENABLE_ALL : onnxruntime.ORT_DISABLE_ALL);
    if (settings.device() instanceof Device.Cuda cuda) {
      Map<String, String> provider = new TreeMap<>();
      provider.put("device_id", Integer.toString(cuda.index()));
      // As plans on the official runtime: see there.
      provider.put("use_tf32", "0");
      provider.put("cudnn_conv_algo_search", "HEURISTIC");
      provider.put("enable_cuda_graph", options.recorded() ? "1" : "0");
      provider.putAll(options.provider());
      OrtCUDAProviderOptionsV2 cudaOptions = new OrtCUDAProviderOptionsV2();
      Ort.check(Ort.API.CreateCUDAProviderOptions(cudaOptions));
      PointerPointer<BytePointer> keys =
          new PointerPointer<>(provider.keySet().toArray(String[]::new));
      PointerPointer<BytePointer> values =
          new PointerPointer<>(provider.values().toArray(String[]::new));
      Ort.check(
          Ort.API.UpdateCUDAProviderOptions(cudaOptions, keys, values, provider.size()));
      o.AppendExecutionProvider_CUDA_V2(cudaOptions);
      kept.addAll(List.of(cudaOptions, keys, values));
    }
    return o;
  }

  /** {@return how many nodes are fused operators} */
  int fusedNodes() {
    return numbers.size();
  }

  /** Runs the graph once, on values in the host's memory. */
  Map<String, TensorData> run(Map<String, TensorData> values) {
    List<Object> memory = new ArrayList<>();
    try (IoBinding binding = new IoBinding(session);
        RunOptions run = new RunOptions()) {
      for (Map.Entry<String, TensorData> input : values.entrySet()) {
        ByteBuffer bytes = direct(input.getValue().bytes());
        Pointer at = new BytePointer(bytes);
        Value value =
            Values.over(input.getValue().type(), at, Ort.HOST.asOrtMemoryInfo());
        memory.addAll(List.of(bytes, at, value));
        binding.BindInput(input.getKey(), value);
      }
      for (String name : graph.outputs().keySet()) {
        binding.BindOutput(name, Ort.HOST.asOrtMemoryInfo());
      }
      session.Run(run, binding);
      binding.SynchronizeOutputs();
      Map<String, TensorData> out = new LinkedHashMap<>();
      try (ValueVector results = binding.GetConst().GetOutputValues()) {
        int i = 0;
        for (String name : graph.outputs().keySet()) {
          out.put(name, Values.copied(results.get(i++)));
        }
      }
      return out;
    } finally {
      Reference.reachabilityFence(memory);
      for (Object o : memory) {
        if (o instanceof Value v) {
          v.close();
        }
      }
    }
  }

  /** Prepares runs whose inputs and outputs stay in the memory of the GPU. */
  BoundRun bind(Map<String, TensorData> values) {
    return new BoundRun(session, graph, values, options);
  }

  private static ByteBuffer direct(ByteBuffer bytes) {
    return bytes.isDirect()
        ? bytes
        : ByteBuffer.allocateDirect(Math.max(bytes.remaining(), 1)).put(bytes.duplicate()).flip();
  }

  @Override
  public void close() {
    session.close();
    numbers.forEach(CustomOps::release);
    for (Object o : kept) {
      if (o instanceof Pointer p) {
        p.close();
      }
    }
  }
}
