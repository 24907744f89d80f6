package dev.dovetail.cuda.driver;

import static org.bytedeco.cuda.global.nvrtc.NVRTC_SUCCESS;
import static org.bytedeco.cuda.global.nvrtc.nvrtcCompileProgram;
import static org.bytedeco.cuda.global.nvrtc.nvrtcCreateProgram;
import static org.bytedeco.cuda.global.nvrtc.nvrtcDestroyProgram;
import static org.bytedeco.cuda.global.nvrtc.nvrtcGetCUBIN;
import static org.bytedeco.cuda.global.nvrtc.nvrtcGetCUBINSize;
import static org.bytedeco.cuda.global.nvrtc.nvrtcGetErrorString;
import static org.bytedeco.cuda.global.nvrtc.nvrtcGetProgramLog;
import static org.bytedeco.cuda.global.nvrtc.nvrtcGetProgramLogSize;
import static org.bytedeco.cuda.global.nvrtc.nvrtcVersion;

import dev.dovetail.cuda.kernels.KernelException;
import java.util.List;
import org.bytedeco.cuda.nvrtc._nvrtcProgram;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.SizeTPointer;

/**
 * The CUDA compiler as a library. Compiles source text to machine code (a cubin) in this process.
 * PTX is not used, since an older driver may reject the PTX of a newer compiler.
 */
final class Nvrtc {

  private Nvrtc() {}

  /** {@return the compiler's version, such as 13.0} */
  static String version() {
    int[] major = new int[1];
    int[] minor = new int[1];
    nvrtcVersion(major, minor);
    return major[0] + "." + minor[0];
  }

  /**
   * Compiles a kernel.
   *
   * @param name the name of the source in messages
   * @param source CUDA C++ without includes, since NVRTC has no headers
   * @param options options such as {@code --gpu-architecture=sm_90}
   * @return a cubin
   * @throws KernelException if compilation fails; it contains the compiler's log
   */
  static byte[] cubin(String name, String source, List<String> options) throws KernelException {
    _nvrtcProgram program = new _nvrtcProgram();
    try (BytePointer text = new BytePointer(source);
        BytePointer file = new BytePointer(name);
        SizeTPointer size = new SizeTPointer(1);
        PointerPointer<Pointer> arguments = new PointerPointer<>(options.toArray(String[]::new))) {
      check(
          nvrtcCreateProgram(program, text, file, 0, (PointerPointer) null, (PointerPointer) null),
          name,
          program);
      check(nvrtcCompileProgram(program, options.size(), arguments), name, program);
      check(nvrtcGetCUBINSize(program, size), name, program);
      byte[] cubin = new byte[Math.toIntExact(size.get())];
      check(nvrtcGetCUBIN(program, cubin), name, program);
      return cubin;
    } finally {
      nvrtcDestroyProgram(program);
    }
  }

  private static void check(int code, String name, _nvrtcProgram program) throws KernelException {
    if (code == NVRTC_SUCCESS) {
      return;
    }
    String log = "";
    try (SizeTPointer size = new SizeTPointer(1)) {
      if (nvrtcGetProgramLogSize(program, size) == NVRTC_SUCCESS && size.get() > 0) {
        try (BytePointer text = new BytePointer(size.get())) {
          nvrtcGetProgramLog(program, text);
          log = text.getString();
        }
      }
    }
    throw new KernelException(
        "the kernel " + name + " cannot be compiled: " + nvrtcGetErrorString(code).getString(),
        log);
  }
}
