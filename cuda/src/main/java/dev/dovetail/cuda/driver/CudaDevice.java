package dev.dovetail.cuda.driver;

import static org.bytedeco.cuda.global.cudart.cuGetErrorString;
import static org.bytedeco.cuda.global.cudart.cuLaunchKernel;
import static org.bytedeco.cuda.global.cudart.cuModuleGetFunction;
import static org.bytedeco.cuda.global.cudart.cuModuleLoadData;
import static org.bytedeco.cuda.global.cudart.cuModuleUnload;
import static org.bytedeco.cuda.global.cudart.cudaDevAttrComputeCapabilityMajor;
import static org.bytedeco.cuda.global.cudart.cudaDevAttrComputeCapabilityMinor;
import static org.bytedeco.cuda.global.cudart.cudaDeviceGetAttribute;
import static org.bytedeco.cuda.global.cudart.cudaFree;
import static org.bytedeco.cuda.global.cudart.cudaGetErrorString;
import static org.bytedeco.cuda.global.cudart.cudaSetDevice;

import dev.dovetail.cuda.kernels.KernelDevice;
import dev.dovetail.cuda.kernels.KernelException;
import dev.dovetail.cuda.kernels.Launch;
import java.util.List;
import org.bytedeco.cuda.cudart.CUfunc_st;
import org.bytedeco.cuda.cudart.CUmod_st;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * An NVIDIA GPU. Kernels are compiled for its architecture, loaded into its primary context, which
 * ONNX Runtime also uses, and launched through the driver.
 *
 * @param index the CUDA device index
 * @param architecture the architecture, such as {@code sm_90}
 */
public record CudaDevice(int index, String architecture) implements KernelDevice {

  /** The maximum number of operands and results of a kernel. */
  private static final int MOST_ARGUMENTS = 16;

  /** The launch arguments of each thread. CUDA copies them before the call returns. */
  private static final ThreadLocal<Arguments> ARGUMENTS = ThreadLocal.withInitial(Arguments::new);

  private static final class Arguments {
    final LongPointer addresses = new LongPointer(MOST_ARGUMENTS);
    final PointerPointer<Pointer> places = new PointerPointer<>(MOST_ARGUMENTS);

    Arguments() {
      for (int i = 0; i < MOST_ARGUMENTS; i++) {
        places.put(i, new Address().at(addresses.address() + (long) i * Long.BYTES));
      }
    }
  }

  /** A pointer to any address, which JavaCPP cannot create from a number. */
  private static final class Address extends Pointer {
    Address at(long value) {
      this.address = value;
      return this;
    }
  }

  /** A stream with the specified address. */
  private static final class Stream extends CUstream_st {
    Stream(long value) {
      super((Pointer) null);
      this.address = value;
    }
  }

  /**
   * {@return a GPU of this machine}
   *
   * @param index the CUDA device index
   * @throws KernelException if there is no such GPU, or its driver does not work
   */
  public static CudaDevice of(int index) throws KernelException {
    int[] major = new int[1];
    int[] minor = new int[1];
    checkRuntime(cudaSetDevice(index), "the GPU cannot be used");
    checkRuntime(cudaFree((Pointer) null), "the GPU cannot be used"); // creates the context
    checkRuntime(
        cudaDeviceGetAttribute(major, cudaDevAttrComputeCapabilityMajor, index),
        "the GPU's architecture is unknown");
    checkRuntime(
        cudaDeviceGetAttribute(minor, cudaDevAttrComputeCapabilityMinor, index),
        "the GPU's architecture is unknown");
    return new CudaDevice(index, "sm_" + major[0] + minor[0]);
  }

  @Override
  public String provider() {
    return "CUDAExecutionProvider";
  }

  /** {@return the compiler options} */
  List<String> options() {
    return List.of("--gpu-architecture=" + architecture, "--std=c++17");
  }

  @Override
  public Loaded load(Launch launch) throws KernelException {
    String source = launch.source();
    String name = launch.kernel() + ".cu";
    byte[] cubin =
        CubinCache.standard()
            .get(source, options(), Nvrtc.version(), () -> Nvrtc.cubin(name, source, options()));
    checkRuntime(cudaSetDevice(index), "the GPU cannot be used");
    BytePointer image = new BytePointer(cubin);
    CUmod_st module = new CUmod_st();
    CUfunc_st function = new CUfunc_st();
    check(cuModuleLoadData(module, image), "the kernel " + name + " cannot be loaded");
    check(
        cuModuleGetFunction(function, module, launch.kernel()),
        "the kernel " + name + " has no function of that name");
    return new LoadedKernel(index, launch, image, module, function);
  }

  private static void checkRuntime(int code, String what) throws KernelException {
    if (code != 0) {
      throw new KernelException(what + ": " + cudaGetErrorString(code).getString(), "");
    }
  }

  private static void check(int code, String what) throws KernelException {
    if (code != 0) {
      throw new KernelException(what + ": " + message(code), "");
    }
  }

  private static String message(int code) {
    try (PointerPointer<BytePointer> text = new PointerPointer<>(1)) {
      if (cuGetErrorString(code, text) == 0) {
        return new BytePointer(text.get(0)).getString();
      }
      return "CUDA error " + code;
    }
  }

  /**
   * A function in a module. The image remains open as long as the module, which may refer to it.
   */
  private record LoadedKernel(
      int device, Launch launch, BytePointer image, CUmod_st module, CUfunc_st function)
      implements Loaded {

    @Override
    public void launch(long stream, long... addresses) {
      Arguments arguments = ARGUMENTS.get();
      for (int i = 0; i < addresses.length; i++) {
        arguments.addresses.put(i, addresses[i]);
      }
      int code =
          cuLaunchKernel(
              function,
              launch.gridX(),
              launch.gridY(),
              1,
              launch.block(),
              1,
              1,
              0,
              new Stream(stream),
              arguments.places,
              null);
      if (code != 0) {
        throw new IllegalStateException(
            "the kernel " + launch.kernel() + " cannot be launched: " + message(code));
      }
    }

    @Override
    public void close() {
      cudaSetDevice(device); // a module is unloaded from the current context
      cuModuleUnload(module);
      image.close();
    }
  }
}
