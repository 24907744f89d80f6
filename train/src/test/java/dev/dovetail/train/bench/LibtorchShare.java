package dev.dovetail.train.bench;

/**
 * Measures the share of a thread's time in libtorch's operators by sampling its stack from another
 * thread. The rest is graph execution, tensor handles and computations on the host.
 */
final class LibtorchShare implements Runnable {

  private static final int MILLISECONDS = 2;

  private final Thread measured;
  private final Thread looking = new Thread(this, "libtorch-share");
  private volatile boolean stopped;
  private int looks;
  private int inside;

  private LibtorchShare(Thread measured) {
    this.measured = measured;
  }

  static LibtorchShare of(Thread measured) {
    LibtorchShare share = new LibtorchShare(measured);
    share.looking.setDaemon(true);
    share.looking.start();
    return share;
  }

  @Override
  public void run() {
    while (!stopped) {
      StackTraceElement[] stack = measured.getStackTrace();
      looks++;
      if (stack.length > 0
          && stack[0].isNativeMethod()
          && stack[0].getClassName().startsWith("org.bytedeco.pytorch.")) {
        inside++;
      }
      try {
        Thread.sleep(MILLISECONDS);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** {@return the share since the start} */
  double stop() {
    stopped = true;
    try {
      looking.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return inside / (double) Math.max(looks, 1);
  }
}
