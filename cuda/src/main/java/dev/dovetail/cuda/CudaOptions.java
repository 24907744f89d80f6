package dev.dovetail.cuda;

import dev.dovetail.cuda.kernels.KernelDevice;
import dev.dovetail.graph.FusedOp;
import java.util.Map;
import java.util.function.Predicate;

/**
 * How the engine compiles.
 *
 * @param kernels where kernels run
 * @param fused which fused operators may be used
 * @param recorded whether the launches of a run are recorded as a CUDA graph, which later runs
 *     replay: inputs and outputs stay at fixed places then, and every node runs on the GPU
 * @param provider more options of the CUDA provider
 */
record CudaOptions(
    KernelDevice kernels,
    Predicate<FusedOp> fused,
    boolean recorded,
    Map<String, String> provider) {

  /** {@return all fused operators, nothing recorded} */
  static CudaOptions on(KernelDevice kernels) {
    return new CudaOptions(kernels, op -> true, false, Map.of());
  }

  /** {@return the same without fused operators} */
  CudaOptions plain() {
    return new CudaOptions(kernels, op -> false, recorded, provider);
  }
}
