package dev.dovetail.runtime;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** How ONNX Runtime's CUDA provider is set up. */
public final class CudaProvider {

  private CudaProvider() {}

  /** {@return what a session with the provider is told beside it, by key} */
  public static Map<String, String> sessionEntries() {
    // As one Gemm, a bias costs a product of its own; alone it is fused with the GELU after it.
    return Map.of("optimization.disable_specified_optimizers", "MatMulAddFusion");
  }

  /** {@return what the provider is told, by key, in order} */
  public static SortedMap<String, String> options() {
    SortedMap<String, String> options = new TreeMap<>();
    // Float32 means float32: TF32 keeps 10 bits of the mantissa.
    options.put("use_tf32", "0");
    // Every size has a plan of its own; trying all algorithms costs seconds for each.
    options.put("cudnn_conv_algo_search", "HEURISTIC");
    // Its fused layer norm would add up squares in half precision.
    options.put("enable_skip_layer_norm_strict_mode", "1");
    return options;
  }

  /**
   * Adds the provider to a session's options.
   *
   * @param options of the session
   * @param device which GPU
   * @throws OrtException if the provider cannot be loaded
   */
  public static void addTo(OrtSession.SessionOptions options, Device.Cuda device)
      throws OrtException {
    for (Map.Entry<String, String> entry : sessionEntries().entrySet()) {
      options.addConfigEntry(entry.getKey(), entry.getValue());
    }
    try (OrtCUDAProviderOptions provider = new OrtCUDAProviderOptions(device.index())) {
      for (Map.Entry<String, String> option : options().entrySet()) {
        provider.add(option.getKey(), option.getValue());
      }
      options.addCUDA(provider);
    }
  }
}
