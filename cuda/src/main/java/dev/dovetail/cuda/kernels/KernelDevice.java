package dev.dovetail.cuda.kernels;

/** A device that runs kernels. */
public interface KernelDevice {

  /** A kernel that is ready to be launched. Several threads may launch it at the same time. */
  interface Loaded extends AutoCloseable {

    /**
     * Launches the kernel asynchronously.
     *
     * @param stream the address of the stream
     * @param arguments the address of each operand, or its elements if it contains sizes; then the
     *     addresses of the results
     */
    void launch(long stream, long... arguments);

    @Override
    void close();
  }

  /** {@return ONNX Runtime's name of the execution provider whose memory the kernels use} */
  String provider();

  /**
   * Compiles and loads a kernel.
   *
   * @param launch the kernel
   * @return the loaded kernel, which the caller closes
   * @throws KernelException if the kernel cannot be compiled or loaded
   */
  Loaded load(Launch launch) throws KernelException;
}
