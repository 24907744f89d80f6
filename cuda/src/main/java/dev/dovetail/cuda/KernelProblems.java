package dev.dovetail.cuda;

import dev.dovetail.cuda.kernels.KernelException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Kernels that could not be compiled or loaded since the program started. */
final class KernelProblems {

  private static final Map<String, String> LOGS = new LinkedHashMap<>();

  private KernelProblems() {}

  static synchronized void add(KernelException problem) {
    LOGS.put(problem.getMessage(), problem.log());
  }

  /** {@return what the compiler said, by what went wrong} */
  static synchronized Map<String, String> all() {
    return Map.copyOf(LOGS);
  }
}
