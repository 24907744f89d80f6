package dev.dovetail.graph;

/**
 * Thrown if the operands of an operation are invalid, or a result is too large. The message
 * contains the scope and the shapes and, for operands, the operation and the line of model code.
 */
public final class ShapeException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message scope, operation, shapes, and what was expected
   */
  public ShapeException(String message) {
    super(message);
  }
}
