package dev.dovetail.cuda.driver;

import dev.dovetail.core.DType;
import dev.dovetail.cuda.FusedLaunches;
import dev.dovetail.cuda.kernels.KernelException;
import dev.dovetail.cuda.kernels.Launch;
import java.util.List;

/**
 * Compiles the kernels of the test cases with NVRTC, without a GPU. Run it manually, with libnvrtc
 * in LD_LIBRARY_PATH and a stub of {@code org.bytedeco.cuda.presets.cudart} first on the class path
 * (CONTRIBUTING.md).
 */
public final class NvrtcCheck {

  private NvrtcCheck() {}

  public static void main(String[] args) throws KernelException {
    int count = 0;
    for (String architecture : List.of("sm_75", "sm_80", "sm_90", "sm_120")) {
      for (DType type : List.of(DType.FLOAT32, DType.FLOAT16, DType.BFLOAT16)) {
        for (Launch launch : FusedLaunches.all(type)) {
          long start = System.nanoTime();
          byte[] cubin =
              Nvrtc.cubin(
                  launch.kernel() + ".cu",
                  launch.source(),
                  List.of("--gpu-architecture=" + architecture, "--std=c++17"));
          count++;
          System.out.println(
              architecture
                  + " "
                  + type
                  + " "
                  + launch.kernel()
                  + " "
                  + cubin.length
                  + " bytes, "
                  + (System.nanoTime() - start) / 1_000_000
                  + " ms");
        }
      }
    }
    System.out.println(count + " kernels compiled by NVRTC " + Nvrtc.version());
  }
}
