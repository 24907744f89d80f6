package dev.dovetail.graph;

/**
 * An operation that does not fit its operands. The message names the scope, the operation, all
 * shapes and the line of model code.
 */
public final class ShapeException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  /**
   * An error.
   *
   * @param message which scope and operation, what shapes, and what was expected
   */
  public ShapeException(String message) {
    super(message);
  }
}
