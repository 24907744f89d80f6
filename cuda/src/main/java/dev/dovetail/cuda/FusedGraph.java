package dev.dovetail.cuda;

import dev.dovetail.core.DType;
import dev.dovetail.cuda.kernels.KernelDevice;
import dev.dovetail.cuda.kernels.KernelException;
import dev.dovetail.cuda.kernels.Kernels;
import dev.dovetail.cuda.kernels.Launch;
import dev.dovetail.graph.FusedOp;
import dev.dovetail.graph.Fusion;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Lowering;
import dev.dovetail.graph.Node;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.fused.Fusions;
import dev.dovetail.graph.onnx.Precision;
import dev.dovetail.runtime.Engine;
import dev.dovetail.runtime.PlanException;
import dev.dovetail.runtime.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.onnxruntime.CustomOpDomain;
import org.bytedeco.onnxruntime.Session;

/**
 * A graph with fused operators, whose kernels are compiled and loaded. If a kernel cannot be
 * compiled, its operators are not fused.
 */
final class FusedGraph implements Engine.Prepared {

  private static final String FOLDER = "session.model_external_initializers_file_folder_path";

  private static final System.Logger LOG = System.getLogger(FusedGraph.class.getName());

  /** Messages that were already logged. */
  private static final Set<String> REPORTED = ConcurrentHashMap.newKeySet();

  private final Settings settings;
  private final CudaOptions options;
  private final Map<Launch, KernelDevice.Loaded> kernels = new ConcurrentHashMap<>();
  private final List<Long> numbers = new ArrayList<>();

  /** The signatures of the fused operators, which are the names of their nodes. */
  private final Set<String> names = new TreeSet<>();

  private final Graph graph;
  private boolean taken;

  FusedGraph(Graph traced, Settings settings, CudaOptions options) {
    this.settings = settings;
    this.options = options;
    Graph graph = Lowering.foldBatchNorms(traced);
    Map<Fusion, Launch> launches = new LinkedHashMap<>();
    fusions(graph, options.fused()).forEach(fusion -> launches.put(fusion, launch(fusion)));
    // A kernel takes about 50 ms to compile, and a plan may have dozens.
    launches.values().stream().distinct().parallel().forEach(this::load);
    List<Fusion> chosen = new ArrayList<>();
    for (Fusion fusion : complete(launches)) {
      chosen.add(registered(fusion, kernels.get(launches.get(fusion))));
    }
    this.graph = graph.fused(chosen);
  }

  /** Returns fusions whose kernels are loaded, as are those of the steps before and after them. */
  private List<Fusion> complete(Map<Fusion, Launch> launches) {
    List<Fusion> complete = new ArrayList<>(launches.keySet());
    complete.removeIf(fusion -> !kernels.containsKey(launches.get(fusion)));
    boolean changed = true;
    while (changed) {
      Set<Tensor> read = new HashSet<>();
      Set<Tensor> computed = new HashSet<>();
      complete.forEach(fusion -> read.addAll(fusion.operands()));
      complete.forEach(fusion -> computed.addAll(fusion.results()));
      changed =
          complete.removeIf(
              fusion ->
                  !fusion.operands().stream().allMatch(t -> !isStep(t) || computed.contains(t))
                      || fusion.results().stream().allMatch(t -> isStep(t) && !read.contains(t)));
    }
    return complete;
  }

  /** Returns whether only a fused operator computes a value, which another one reads. */
  private static boolean isStep(Tensor t) {
    return t.node().op() instanceof FusedOp;
  }

  /**
   * {@return fusions for which there are kernels}
   *
   * @param graph the graph
   * @param allowed the fused operators that may be used
   */
  static List<Fusion> fusions(Graph graph, Predicate<FusedOp> allowed) {
    return Fusions.in(graph, f -> allowed.test(f.op()) && launch(f, DType.FLOAT32).isPresent());
  }

  private static Optional<Launch> launch(Fusion fusion, DType width) {
    return Kernels.of(fusion.op(), fusion.operands().stream().map(Tensor::type).toList(), width);
  }

  private Launch launch(Fusion fusion) {
    return launch(fusion, width(fusion)).orElseThrow();
  }

  private void load(Launch launch) {
    try {
      kernels.put(launch, options.kernels().load(launch));
    } catch (KernelException e) {
      if (REPORTED.add(e.getMessage())) {
        LOG.log(
            System.Logger.Level.WARNING,
            e.getMessage() + "; plain operators are used instead (dovetail doctor shows details)");
      }
    }
  }

  /** Returns the element type of the node in the model. */
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
        new Registered(
            fusion.op(),
            fusion.operands().stream().map(Tensor::dtype).toList(),
            fusion.results().stream().map(Tensor::dtype).toList(),
            number);
    names.add(op.onnxName() + "_" + width(fusion));
    return new Fusion(op, fusion.operands(), fusion.results());
  }

  @Override
  public Graph graph() {
    return graph;
  }

  /** {@return the number of fused operators} */
  int fusedNodes() {
    return numbers.size();
  }

  @Override
  public NativeSession compile(byte[] model, Optional<Path> folder, Optional<Path> profile)
      throws PlanException {
    try (BytePointer bytes = new BytePointer(model);
        NativeOptions o = new NativeOptions(settings, options, profile)) {
      folder.ifPresent(f -> o.options().AddConfigEntry(FOLDER, f.toString()));
      if (!names.isEmpty()) {
        CustomOpDomain domain =
            o.keep(CustomOps.domain(List.copyOf(names), options.kernels().provider()));
        o.options().Add(domain.asOrtCustomOpDomain());
      }
      NativeSession session =
          o.open(
              all -> new Session(Ort.ENVIRONMENT, bytes, model.length, all),
              opened -> Signature.of(graph),
              opened -> Map.of());
      o.keep(this::release);
      taken = true;
      return session;
    } catch (RuntimeException e) {
      throw PlanException.of("the graph cannot be compiled", settings.device(), e);
    }
  }

  @Override
  public void close() {
    if (!taken) {
      release();
    }
  }

  /** Unloads the kernels, after the session is closed. */
  void release() {
    numbers.forEach(CustomOps::release);
    numbers.clear();
    kernels.values().forEach(KernelDevice.Loaded::close);
    kernels.clear();
  }
}
