package dev.dovetail.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Where the weights of a model that is open come from. */
public interface Weights {

  /** The file or folder that they are in. */
  Path path();

  /** Which of several sets it is, if the user said so. */
  default Optional<String> key() {
    return Optional.empty();
  }

  /**
   * SHA-256 of them, in hexadecimal.
   *
   * @throws IOException if they cannot be read
   */
  String sha256() throws IOException;
}
