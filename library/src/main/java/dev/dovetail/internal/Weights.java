package dev.dovetail.internal;

import java.io.IOException;
import java.nio.file.Path;

/** Where the weights of a model that is open come from. */
public interface Weights {

  /** The file or folder that they are in. */
  Path path();

  /**
   * SHA-256 of them, in hexadecimal.
   *
   * @throws IOException if they cannot be read
   */
  String sha256() throws IOException;
}
