package dev.dovetail.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceTest {

  @Test
  void devicesAreParsedAndPrinted() {
    assertEquals(new Device.Cpu(), Device.parse("cpu"));
    assertEquals(new Device.Cuda(0), Device.parse("cuda"));
    assertEquals(new Device.Cuda(3), Device.parse("cuda:3"));
    assertEquals("cuda:3", Device.parse("cuda:3").toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "gpu", "cuda:", "cuda:-1", "CPU ", "cuda:12345"})
  void unknownDevicesAreRejected(String text) {
    Exception e = assertThrows(IllegalArgumentException.class, () -> Device.parse(text));
    assertEquals(
        "unknown device '" + text + "': expected cpu, cuda or cuda:N with N from 0",
        e.getMessage());
  }

  @Test
  void theCpuComputesInBothPrecisions() {
    assertEquals(Doctor.Status.GOOD, Doctor.examine(new Device.Cpu()).status());
  }

  @Test
  void theDoctorReportsRuntimeCpuAndGpu() {
    List<String> subjects = Doctor.examine().stream().map(Doctor.Finding::subject).toList();
    assertEquals(List.of("ONNX Runtime", "cpu", "cuda:0"), subjects.subList(0, 3));
  }

  @Test
  void aBuildWithoutGpuSupportReportsARemedy() {
    boolean built = OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA);
    Assumptions.assumeFalse(built, "this build has GPU support");
    Doctor.Finding finding = Doctor.examine(new Device.Cuda(0));
    assertEquals(Doctor.Status.ABSENT, finding.status());
    assertTrue(finding.text().contains("-Pgpu"), finding.text());
  }

  /** The message of ONNX Runtime when CUDA is not installed. */
  @Test
  void aMissingLibraryIsNamed() {
    CudaProblem problem =
        CudaProblem.in(
                "Error code - ORT_RUNTIME_EXCEPTION - message: provider_bridge_ort.cc:1539"
                    + " ProviderLibrary::Get [ONNXRuntimeError] : 1 : FAIL : Failed to load library"
                    + " /tmp/x/libonnxruntime_providers_cuda.so with error: libcublasLt.so.12:"
                    + " cannot open shared object file: No such file or directory",
                0)
            .orElseThrow();
    assertFalse(problem.absent());
    assertTrue(
        problem.reason().startsWith("the library libcublasLt.so.12 was not found; install CUDA 12"),
        problem.reason());
  }

  @Test
  void aMissingGpuIsReported() {
    String message = "CUDA failure 101: invalid device ordinal ; GPU=7 ; hostname=h";
    assertEquals(
        new CudaProblem(true, "there is no GPU number 7"),
        CudaProblem.in(message, 7).orElseThrow());
  }
}
