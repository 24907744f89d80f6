package dev.dovetail.cuda;

import dev.dovetail.core.DType;
import dev.dovetail.cuda.driver.CudaDevice;
import dev.dovetail.cuda.kernels.KernelException;
import dev.dovetail.cuda.kernels.Kernels;
import dev.dovetail.cuda.kernels.Launch;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.onnx.Precision;
import dev.dovetail.natives.JavaCppProperties;
import dev.dovetail.runtime.Device;
import dev.dovetail.runtime.Engine;
import dev.dovetail.runtime.PlanException;
import dev.dovetail.runtime.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs graphs with ONNX Runtime's C API and custom kernels, which replace operators that are slow
 * in ONNX Runtime. For NVIDIA GPUs; provided as a service.
 */
public final class CudaEngine implements Engine {

  /** A usable GPU, or the reason why it cannot be used. */
  private record Found(Optional<CudaDevice> device, String problem) {}

  private static final Pattern MISSING =
      Pattern.compile("(lib[^\\s:/]+\\.so[.\\d]*): cannot open shared object file");

  private static final String INSTALL =
      "install CUDA 13 and cuDNN 9 and add their directories to LD_LIBRARY_PATH";

  private final Map<Integer, Found> devices = new ConcurrentHashMap<>();

  /** Called by {@link java.util.ServiceLoader}. Loads no library. */
  public CudaEngine() {
    JavaCppProperties.setDefaults();
  }

  @Override
  public String describe() {
    return "ONNX Runtime 1.28.0 (C API, CUDA 13) with Dovetail's kernels";
  }

  @Override
  public Optional<String> problem(Device device) {
    return device instanceof Device.Cuda cuda
        ? Optional.of(find(cuda)).filter(f -> f.device().isEmpty()).map(Found::problem)
        : Optional.of("it supports GPUs only");
  }

  private Found find(Device.Cuda device) {
    return devices.computeIfAbsent(device.index(), CudaEngine::look);
  }

  private static Found look(int index) {
    try {
      CudaDevice device = CudaDevice.of(index);
      new NativeOptions(
              Settings.on(new Device.Cuda(index), Precision.FP32),
              CudaOptions.on(device, CudaOptions.Runs.PAGEABLE),
              Optional.empty())
          .close();
      return new Found(Optional.of(device), "");
    } catch (KernelException | RuntimeException | LinkageError e) {
      return new Found(Optional.empty(), reason(e));
    }
  }

  /** Returns the message of the linker or the driver, with a remedy. */
  static String reason(Throwable t) {
    Throwable root = t;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    String message =
        Optional.ofNullable(root.getMessage()).flatMap(m -> m.lines().findFirst()).orElse("");
    Matcher library = MISSING.matcher(message);
    if (library.find() && library.group(1).startsWith("libcuda.so")) {
      return "there is no NVIDIA GPU, or its driver is not installed (libcuda.so.1 was not found)";
    }
    if (library.reset().find()) {
      return "the library " + library.group(1) + " was not found; " + INSTALL;
    }
    if (message.contains("in java.library.path")) {
      return "its native libraries are not on the class path (docs/gpu.md lists the artifacts)";
    }
    return message.isBlank() ? root.getClass().getSimpleName() : message;
  }

  /** Compiles every kernel once. */
  @Override
  public Optional<String> selfTest(Device device) {
    CudaDevice gpu = find((Device.Cuda) device).device().orElseThrow();
    for (DType type : List.of(DType.FLOAT32, DType.FLOAT16)) {
      for (Launch launch : Kernels.samples(type)) {
        try {
          gpu.load(launch).close();
        } catch (KernelException e) {
          return Optional.of(e.getMessage() + "; plain operators are used instead\n" + e.log());
        }
      }
    }
    return Optional.empty();
  }

  @Override
  public Prepared prepare(Graph graph, Settings settings) throws PlanException {
    CudaOptions.Runs runs = CudaOptions.Runs.of(graph);
    return new FusedGraph(graph, settings, options(settings.device(), runs));
  }

  private CudaOptions options(Device device, CudaOptions.Runs runs) throws PlanException {
    Found found = find((Device.Cuda) device);
    return CudaOptions.on(
        found
            .device()
            .orElseThrow(
                () ->
                    PlanException.of(
                        "the GPU cannot be used",
                        device,
                        new IllegalStateException(found.problem()))),
        runs);
  }

  @Override
  public Session open(Path file, Settings settings, Optional<Path> profile) throws PlanException {
    CudaOptions.Runs runs = CudaOptions.Runs.selected(CudaOptions.Runs.RECORDED);
    return NativeFile.open(file, settings, options(settings.device(), runs), profile);
  }
}
