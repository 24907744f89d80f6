package dev.dovetail.cuda.kernels;

/** Thrown when a kernel cannot be compiled, loaded or launched. */
public final class KernelException extends Exception {

  private static final long serialVersionUID = 1;

  private final String log;

  /**
   * @param message the message
   * @param log the log of the compiler; may be empty
   */
  public KernelException(String message, String log) {
    super(message);
    this.log = log;
  }

  /** {@return the log of the compiler} */
  public String log() {
    return log;
  }
}
