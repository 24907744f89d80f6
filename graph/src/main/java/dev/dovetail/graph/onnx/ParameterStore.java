package dev.dovetail.graph.onnx;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Parameter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/** Locates the values of parameters, so that they need not pass through the writer. */
public interface ParameterStore {

  /** The location of a parameter's values. */
  sealed interface Location {}

  /**
   * Values in a file, row-major and little-endian.
   *
   * @param file a path with {@code /} as separator, relative to the directory against which the
   *     reader of the model resolves it
   */
  record InFile(String file, long offset, long length) implements Location {}

  /** Values in the model itself. */
  record Inline(ByteBuffer bytes) implements Location {}

  /**
   * {@return the location of {@code parameter} in the element type {@code type}}
   *
   * @param parameter the parameter
   * @param type the requested element type
   * @throws IllegalArgumentException if the parameter does not exist
   */
  Location locate(Parameter parameter, DType type);

  /**
   * Checks the values of the located parameters.
   *
   * @param graph the graph that was written with them
   * @throws IOException if a value is not finite; the message names the parameter
   */
  default void requireFinite(Graph graph) throws IOException {}

  /** {@return the directory that file paths are relative to, if it is not that of the model} */
  default Optional<Path> folder() {
    return Optional.empty();
  }

  /**
   * Returns a store for graphs without parameters.
   *
   * @return an empty store
   */
  static ParameterStore none() {
    return (parameter, type) -> {
      throw new IllegalArgumentException(
          "the graph needs the parameter '"
              + parameter.name()
              + "', but no weights were specified");
    };
  }
}
