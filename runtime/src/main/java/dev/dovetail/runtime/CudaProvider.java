package dev.dovetail.runtime;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Configures ONNX Runtime's CUDA execution provider. */
public final class CudaProvider {

  private CudaProvider() {}

  /** {@return the session options to set along with the provider, by key} */
  public static Map<String, String> sessionEntries() {
    // In a Gemm, the bias costs a second product. After a convolution, cuDNN adds it by a slower
    // kernel than that of Add.
    return Map.of("optimization.disable_specified_optimizers", "MatMulAddFusion;ConvAddFusion");
  }

  /** {@return the provider options by key, in order} */
  public static SortedMap<String, String> options() {
    SortedMap<String, String> options = new TreeMap<>();
    // Float32 must be exact. TF32 keeps only 10 bits of the mantissa.
    options.put("use_tf32", "0");
    // There is one plan per image size, and an exhaustive search takes seconds for each.
    options.put("cudnn_conv_algo_search", "HEURISTIC");
    return options;
  }

  /**
   * Adds the provider to the options of a session.
   *
   * @param options the session options
   * @param device the GPU
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
