package dev.dovetail.graph.onnx;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Parameter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/** Says where the values of parameters are, so that they need not pass through the writer. */
public interface ParameterStore {

  /** Where the values of a parameter are. */
  sealed interface Location {}

  /**
   * In a file, row-major and little-endian.
   *
   * @param file path, with {@code /} between its names, relative to the folder that the reader of
   *     the model resolves it against
   */
  record InFile(String file, long offset, long length) implements Location {}

  /** In the model itself. */
  record Inline(ByteBuffer bytes) implements Location {}

  /**
   * {@return the place of {@code parameter} in the element type {@code type}}
   *
   * @param parameter which
   * @param type the element type in which it is wanted
   * @throws IllegalArgumentException if there is no such parameter
   */
  Location locate(Parameter parameter, DType type);

  /**
   * Looks through the values of the parameters that were located for such that are not finite.
   *
   * @param graph that was written with them
   * @throws IOException if there are any; the message names the parameter
   */
  default void requireFinite(Graph graph) throws IOException {}

  /** {@return the folder that files are relative to, if it is not that of the model's own file} */
  default Optional<Path> folder() {
    return Optional.empty();
  }

  /**
   * For graphs without parameters: knows the place of none.
   *
   * @return a store without parameters
   */
  static ParameterStore none() {
    return (parameter, type) -> {
      throw new IllegalArgumentException(
          "the graph needs the parameter '" + parameter.name() + "', and no weights were given");
    };
  }
}
