package dev.dovetail.cuda.kernels;

/** Where kernels run. */
public interface KernelDevice {

  /** A kernel that is ready to be launched. Several threads may launch it at a time. */
  interface Loaded extends AutoCloseable {

    /**
     * Launches the kernel, which may run after this returns.
     *
     * @param stream the address of the stream that it is put on
     * @param addresses of the operands and then the results
     */
    void launch(long stream, long... addresses);

    @Override
    void close();
  }

  /** {@return what ONNX Runtime calls the provider whose memory the kernels use} */
  String provider();

  /**
   * Compiles and loads a kernel.
   *
   * @param launch which
   * @return the kernel, which the caller closes
   * @throws KernelException if it cannot be compiled or loaded
   */
  Loaded load(Launch launch) throws KernelException;
}
