package dev.dovetail.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.cuda.kernels.KernelDevice;
import dev.dovetail.cuda.kernels.KernelException;
import dev.dovetail.cuda.kernels.Launch;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.onnx.Precision;
import dev.dovetail.runtime.DerivedFiles;
import dev.dovetail.runtime.Device;
import dev.dovetail.runtime.Engine;
import dev.dovetail.runtime.Engines;
import dev.dovetail.runtime.Settings;
import dev.dovetail.runtime.WeightBinding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CudaEngineTest {

  @TempDir Path folder;

  /** A device that cannot compile kernels. */
  static final KernelDevice REFUSING =
      new KernelDevice() {
        @Override
        public String provider() {
          return "CPUExecutionProvider";
        }

        @Override
        public Loaded load(Launch launch) throws KernelException {
          throw new KernelException("the kernel " + launch.kernel() + " cannot be compiled", "log");
        }
      };

  @Test
  void theEngineIsFoundAsAService() {
    assertTrue(
        ServiceLoader.load(Engine.class).stream().anyMatch(p -> p.type() == CudaEngine.class));
  }

  @Test
  void theCpuHasOneEngine() {
    assertTrue(Engines.choice(new Device.Cpu()).isEmpty());
    assertTrue(new CudaEngine().problem(new Device.Cpu()).isPresent());
  }

  @Test
  void withoutAGpuTheSelectedEngineAndTheReasonAreReported() {
    Device.Cuda gpu = new Device.Cuda(0);
    Assumptions.assumeTrue(new CudaEngine().problem(gpu).isPresent(), "this machine has a GPU");
    String line = Engines.choice(gpu).orElseThrow();
    assertTrue(line.startsWith("cuda:0 uses ONNX Runtime "), line);
    assertTrue(line.contains(", not " + new CudaEngine().describe() + ": "), line);
    assertFalse(line.contains("\n"), line);
  }

  @Test
  void aMissingLibraryIsNamedWithARemedy() {
    UnsatisfiedLinkError error = new UnsatisfiedLinkError("no jnicudart in java.library.path");
    assertTrue(CudaEngine.reason(error).contains("class path"));
    error.initCause(
        new UnsatisfiedLinkError(
            "/x/libjnicudart.so: libcudart.so.13: cannot open shared object file: No such file"));
    assertEquals(
        "the library libcudart.so.13 was not found; install CUDA 13 and cuDNN 9 and add their"
            + " directories to LD_LIBRARY_PATH",
        CudaEngine.reason(error));
    assertEquals("NullPointerException", CudaEngine.reason(new NullPointerException()));
  }

  @Test
  void plainOperatorsAreUsedIfKernelsCannotBeCompiled() throws IOException {
    FusedCases.Case c = FusedCases.block(1, 3, 16, true);
    WeightBinding weights = WeightBinding.of(Map.of(), new DerivedFiles(folder, Long.MAX_VALUE));
    Settings settings = Settings.on(new Device.Cpu(), Precision.FP32).threads(1);
    CudaOptions options = CudaOptions.on(REFUSING);
    Map<String, TensorData> inputs = FusedCases.inputs(c.graph());
    try (Sessions.Compiled refused = Sessions.compile(c.graph(), weights, settings, options);
        Sessions.Compiled plain = Sessions.compile(c.graph(), weights, settings, options.plain())) {
      assertEquals(0, refused.fusedNodes());
      Map<String, TensorData> expected = plain.session().run(inputs);
      Map<String, TensorData> actual = refused.session().run(inputs);
      expected.forEach((name, e) -> assertEquals(0, FusedCases.error(e, actual.get(name))));
    }
  }

  @Test
  void aSessionReportsItsInputsAndIsClosedOnce() throws IOException {
    FusedCases.Case c = FusedCases.gelu(1, 2, 4);
    WeightBinding weights = WeightBinding.of(Map.of(), new DerivedFiles(folder, Long.MAX_VALUE));
    Sessions.Compiled session =
        Sessions.compile(c.graph(), weights, Settings.cpu(), CudaOptions.on(REFUSING).plain());
    assertEquals(List.of("x"), List.copyOf(session.session().inputs().keySet()));
    session.close();
    org.junit.jupiter.api.Assertions.assertThrows(IllegalStateException.class, session::close);
  }
}
