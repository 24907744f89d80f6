package dev.dovetail.cuda;

import dev.dovetail.core.DType;
import dev.dovetail.cuda.kernels.KernelDevice;
import dev.dovetail.cuda.kernels.KernelException;
import dev.dovetail.cuda.kernels.Kernels;
import dev.dovetail.cuda.kernels.Launch;
import dev.dovetail.graph.FusedOp;
import dev.dovetail.graph.Fusion;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Node;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.onnx.Precision;
import dev.dovetail.runtime.Engine;
import dev.dovetail.runtime.PlanException;
import dev.dovetail.runtime.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.onnxruntime.CustomOpDomain;
import org.bytedeco.onnxruntime.Session;
import org.bytedeco.onnxruntime.SessionOptions;

/**
 * A graph with fused operators, whose kernels are compiled and loaded. An operator whose kernel
 * cannot be compiled stays what it was, plain operators.
 */
final class FusedGraph implements Engine.Prepared {

  private static final String FOLDER = "session.model_external_initializers_file_folder_path";

  private static final System.Logger LOG = System.getLogger(FusedGraph.class.getName());

  /** What was said once. */
  private static final Set<String> REPORTED = ConcurrentHashMap.newKeySet();

  private final Settings settings;
  private final CudaOptions options;
  private final Map<Launch, KernelDevice.Loaded> kernels = new HashMap<>();
  private final List<Long> numbers = new ArrayList<>();

  /** Signatures of the fused operators: the names of their nodes. */
  private final Set<String> names = new TreeSet<>();

  private final Graph graph;
  private boolean given;

  FusedGraph(Graph graph, Settings settings, CudaOptions options) {
    this.settings = settings;
    this.options = options;
    List<Fusion> chosen = new ArrayList<>();
    for (Fusion fusion : Fusions.in(graph, options.fused())) {
      kernel(fusion).ifPresent(kernel -> chosen.add(registered(fusion, kernel)));
    }
    this.graph = graph.fused(chosen);
  }

  private Optional<KernelDevice.Loaded> kernel(Fusion fusion) {
    Launch launch =
        Kernels.of(
                fusion.op(), fusion.operands().stream().map(Tensor::type).toList(), width(fusion))
            .orElseThrow();
    try {
      KernelDevice.Loaded kernel = kernels.get(launch);
      if (kernel == null) {
        kernel = options.kernels().load(launch);
        kernels.put(launch, kernel);
      }
      return Optional.of(kernel);
    } catch (KernelException e) {
      if (REPORTED.add(e.getMessage())) {
        LOG.log(
            System.Logger.Level.WARNING,
            e.getMessage()
                + "; plain operators are used in its place (dovetail doctor shows more)");
      }
      return Optional.empty();
    }
  }

  /** The type that the node is written in. */
  private DType width(Fusion fusion) {
    Node place = fusion.results().get(fusion.results().size() - 1).node();
    return settings.precision() == Precision.FP16 && !place.float32()
        ? DType.FLOAT16
        : DType.FLOAT32;
  }

  private Fusion registered(Fusion fusion, KernelDevice.Loaded kernel) {
    long number = CustomOps.register(new NodeKernel(fusion, kernel));
    numbers.add(number);
    FusedOp op =
        new Registered(fusion.op(), fusion.operands().size(), fusion.results().size(), number);
    names.add(op.onnxName() + "_" + width(fusion));
    return new Fusion(op, fusion.operands(), fusion.results());
  }

  @Override
  public Graph graph() {
    return graph;
  }

  /** {@return how many nodes are fused operators} */
  int fusedNodes() {
    return numbers.size();
  }

  @Override
  public NativeSession compile(byte[] model, Optional<Path> folder, Optional<Path> profile)
      throws PlanException {
    List<Object> kept = new ArrayList<>(List.of(this));
    try (BytePointer bytes = new BytePointer(model)) {
      SessionOptions o = NativeOptions.of(settings, options, kept);
      folder.ifPresent(f -> o.AddConfigEntry(FOLDER, f.toString()));
      NativeOptions.profile(o, profile, kept);
      if (!names.isEmpty()) {
        CustomOpDomain domain = CustomOps.domain(List.copyOf(names), options.kernels().provider());
        kept.add(domain);
        o.Add(domain.asOrtCustomOpDomain());
      }
      Session session = new Session(Ort.ENVIRONMENT, bytes, model.length, o);
      given = true;
      return new NativeSession(session, Signature.of(graph), Map.of(), settings.device(), kept);
    } catch (RuntimeException e) {
      throw PlanException.of("the graph cannot be compiled", settings.device(), e);
    }
  }

  @Override
  public void close() {
    if (!given) {
      release();
    }
  }

  /** Unloads the kernels, after the session. */
  void release() {
    numbers.forEach(CustomOps::release);
    numbers.clear();
    kernels.values().forEach(KernelDevice.Loaded::close);
    kernels.clear();
  }
}
