package dev.dovetail.runtime;

import ai.onnxruntime.OrtException;
import java.io.IOException;

/** A graph that ONNX Runtime does not compile or run; the message gives its reason. */
public final class PlanException extends IOException {

  private static final long serialVersionUID = 1L;

  PlanException(String sentence) {
    super(sentence);
  }

  PlanException(String what, OrtException cause) {
    super(what + ": " + reason(cause), cause);
  }

  /** ONNX Runtime's message without its source lines and its error code. */
  private static String reason(OrtException e) {
    return String.valueOf(e.getMessage())
        .replaceFirst("^Error code - \\S+ - message: ", "")
        .strip();
  }
}
