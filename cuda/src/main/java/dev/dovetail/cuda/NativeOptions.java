package dev.dovetail.cuda;

import dev.dovetail.runtime.CudaProvider;
import dev.dovetail.runtime.Device;
import dev.dovetail.runtime.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.onnxruntime.OrtCUDAProviderOptionsV2;
import org.bytedeco.onnxruntime.SessionOptions;
import org.bytedeco.onnxruntime.global.onnxruntime;

/** Converts settings to options of ONNX Runtime. */
final class NativeOptions {

  private NativeOptions() {}

  /**
   * Returns the options of a session.
   *
   * @param kept receives objects that must remain open as long as the session
   */
  static SessionOptions of(Settings settings, CudaOptions options, List<Object> kept) {
    SessionOptions o = new SessionOptions();
    kept.add(o);
    // For the same reasons as in OfficialEngine.
    o.SetIntraOpNumThreads(settings.threads());
    o.SetInterOpNumThreads(1);
    o.DisableMemPattern();
    o.AddConfigEntry("session.intra_op.allow_spinning", "0");
    o.SetGraphOptimizationLevel(
        settings.optimised() ? onnxruntime.ORT_ENABLE_ALL : onnxruntime.ORT_DISABLE_ALL);
    if (settings.device() instanceof Device.Cuda cuda) {
      CudaProvider.sessionEntries().forEach(o::AddConfigEntry);
      Map<String, String> provider = CudaProvider.options();
      provider.put("device_id", Integer.toString(cuda.index()));
      provider.put("enable_cuda_graph", options.recorded() ? "1" : "0");
      provider.putAll(options.provider());
      append(o, provider, kept);
    }
    return o;
  }

  private static void append(SessionOptions o, Map<String, String> provider, List<Object> kept) {
    OrtCUDAProviderOptionsV2 cuda = new OrtCUDAProviderOptionsV2();
    Ort.check(Ort.API.CreateCUDAProviderOptions(cuda));
    PointerPointer<BytePointer> keys =
        new PointerPointer<>(provider.keySet().toArray(String[]::new));
    PointerPointer<BytePointer> values =
        new PointerPointer<>(provider.values().toArray(String[]::new));
    Ort.check(Ort.API.UpdateCUDAProviderOptions(cuda, keys, values, provider.size()));
    o.AppendExecutionProvider_CUDA_V2(cuda);
    Ort.API.ReleaseCUDAProviderOptions().call(cuda);
    kept.addAll(List.of(keys, values));
  }

  static void profile(SessionOptions o, Optional<Path> profile, List<Object> kept) {
    if (profile.isPresent()) {
      BytePointer prefix = new BytePointer(profile.get().toString());
      kept.add(prefix);
      o.EnableProfiling(prefix);
    }
  }
}
