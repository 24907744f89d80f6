package dev.dovetail.runtime;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;

/** How ONNX Runtime's CUDA provider is set up. */
public final class CudaProvider {

  private CudaProvider() {}

  /**
   * Adds the provider to a session's options.
   *
   * @param options of the session
   * @param device which GPU
   * @throws OrtException if the provider cannot be loaded
   */
  public static void addTo(OrtSession.SessionOptions options, Device.Cuda device)
      throws OrtException {
    // As one Gemm, a bias costs a product of its own; alone it is fused with the GELU after it.
    options.addConfigEntry("optimization.disable_specified_optimizers", "MatMulAddFusion");
    try (OrtCUDAProviderOptions provider = new OrtCUDAProviderOptions(device.index())) {
      // Float32 means float32: TF32 keeps 10 bits of the mantissa.
      provider.add("use_tf32", "0");
      // Every size has a plan of its own; trying all algorithms costs seconds for each.
      provider.add("cudnn_conv_algo_search", "HEURISTIC");
      // Its fused layer norm would add up squares in half precision.
      provider.add("enable_skip_layer_norm_strict_mode", "1");
      options.addCUDA(provider);
    }
  }
}
