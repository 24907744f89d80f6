package dev.dovetail.cuda;

import dev.dovetail.cuda.kernels.KernelDevice;
import dev.dovetail.graph.FusedOp;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Specifies how the engine compiles graphs.
 *
 * @param kernels the device on which kernels run
 * @param fused the fused operators that may be used
 * @param recorded whether the launches of a run are recorded as a CUDA graph, which later runs
 *     replay: inputs and outputs then have fixed addresses, and every node runs on the GPU
 * @param provider additional options of the CUDA execution provider
 */
record CudaOptions(
    KernelDevice kernels,
    Predicate<FusedOp> fused,
    boolean recorded,
    Map<String, String> provider) {

  /** {@return options with all fused operators and without recording} */
  static CudaOptions on(KernelDevice kernels) {
    return new CudaOptions(kernels, op -> true, false, Map.of());
  }

  /** {@return these options without fused operators} */
  CudaOptions plain() {
    return new CudaOptions(kernels, op -> false, recorded, provider);
  }
}
