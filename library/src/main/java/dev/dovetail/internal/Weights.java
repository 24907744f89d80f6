package dev.dovetail.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** The source of the weights of an open model. */
public interface Weights {

  /** Returns the file or directory that contains the weights. */
  Path path();

  /** Returns the key of the set of weights, if the user specified one. */
  default Optional<String> key() {
    return Optional.empty();
  }

  /**
   * Returns the SHA-256 hash of the weights, in hexadecimal.
   *
   * @throws IOException if they cannot be read
   */
  String sha256() throws IOException;
}
