package dev.dovetail.cuda.kernels;

/** A kernel cannot be compiled, loaded or launched. */
public final class KernelException extends Exception {

  private static final long serialVersionUID = 1;

  private final String log;

  /**
   * @param message a sentence
   * @param log what the compiler said; may be empty
   */
  public KernelException(String message, String log) {
    super(message);
    this.log = log;
  }

  /** {@return what the compiler said} */
  public String log() {
    return log;
  }
}
