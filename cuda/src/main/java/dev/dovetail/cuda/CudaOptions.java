package dev.dovetail.cuda;

import dev.dovetail.cuda.driver.CudaDevice;
import dev.dovetail.cuda.kernels.KernelDevice;
import dev.dovetail.graph.FusedOp;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Node;
import dev.dovetail.graph.Selection;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Specifies how the engine compiles graphs.
 *
 * @param kernels the device on which kernels run
 * @param fused the fused operators that may be used
 * @param runs how inputs and outputs are copied, and kernels launched
 * @param memory creates the device side of a session, unless ONNX Runtime copies
 * @param provider additional options of the CUDA execution provider
 */
record CudaOptions(
    KernelDevice kernels,
    Predicate<FusedOp> fused,
    Runs runs,
    Supplier<RunDevice> memory,
    Map<String, String> provider) {

  /** How inputs and outputs are copied, and kernels launched. */
  enum Runs {
    /** ONNX Runtime copies from and to the memory of the caller. */
    PAGEABLE,
    /** Inputs and outputs are in device memory, copied beside the runs ({@link ResidentRuns}). */
    RESIDENT,
    /** In addition, launches are recorded and replayed where that is possible. */
    RECORDED;

    /** The system property that selects how plans run, for measurements. */
    static final String PROPERTY = "dovetail.cuda.runs";

    /**
     * {@return the value of the system property, or the kind with which a graph is fastest}
     *
     * <p>If sizes depend on data, the CPU waits for the GPU during a run. ONNX Runtime then
     * launches the runs of two threads at the same time, and each uses the time in which the other
     * waits. Resident runs compute one after another.
     *
     * @param graph the graph
     * @throws IllegalArgumentException if the property has another value
     */
    static Runs of(Graph graph) {
      boolean waits =
          graph.nodes().stream()
              .map(Node::op)
              .anyMatch(
                  op ->
                      op instanceof Selection.NonZero || op instanceof Selection.NonMaxSuppression);
      return selected(waits ? PAGEABLE : RECORDED);
    }

    /**
     * {@return the value of the system property}
     *
     * @param otherwise the result if the property is not set
     * @throws IllegalArgumentException if the property has another value
     */
    static Runs selected(Runs otherwise) {
      String name = System.getProperty(PROPERTY, otherwise.toString());
      return Arrays.stream(values())
          .filter(r -> r.toString().equals(name))
          .findFirst()
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "the system property "
                          + PROPERTY
                          + " is '"
                          + name
                          + "', expected one of "
                          + Arrays.stream(values())
                              .map(Runs::toString)
                              .collect(Collectors.joining(", "))));
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** {@return options with all fused operators, with which ONNX Runtime copies} */
  static CudaOptions on(KernelDevice kernels) {
    return new CudaOptions(
        kernels,
        op -> true,
        Runs.PAGEABLE,
        () -> {
          throw new UnsupportedOperationException("the runs have no device memory");
        },
        Map.of());
  }

  /** {@return options with all fused operators on a GPU} */
  static CudaOptions on(CudaDevice gpu, Runs runs) {
    return new CudaOptions(gpu, op -> true, runs, () -> new CudaRunDevice(gpu.index()), Map.of());
  }

  /** {@return these options without fused operators} */
  CudaOptions plain() {
    return new CudaOptions(kernels, op -> false, runs, memory, provider);
  }

  /** {@return these options with other runs} */
  CudaOptions runs(Runs value) {
    return new CudaOptions(kernels, fused, value, memory, provider);
  }

  /** {@return the device side of a new session; empty if ONNX Runtime copies} */
  Optional<RunDevice> device() {
    return runs == Runs.PAGEABLE ? Optional.empty() : Optional.of(memory.get());
  }
}
