package dev.dovetail.runtime;

import dev.dovetail.weights.tensors.BlockChannel;
import dev.dovetail.weights.tensors.StoredTensor;
import dev.dovetail.weights.tensors.TensorSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Identifies tensors by content. A tensor in a file is identified without reading it: by the file's
 * path, size and modification time, and by the position in the file. Other tensors are identified
 * by their elements.
 */
final class TensorIdentity {

  private final MessageDigest digest;

  private TensorIdentity() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform supports SHA-256", e);
    }
  }

  /** Returns 32 hexadecimal digits, which are equal for equal tensors, whatever their names. */
  static String of(TensorSource tensor) throws IOException {
    TensorIdentity identity = new TensorIdentity();
    identity.add(tensor);
    return identity.text();
  }

  /** Returns 32 hexadecimal digits, which are equal for equal strings. */
  static String of(String text) {
    TensorIdentity identity = new TensorIdentity();
    identity.add(text);
    return identity.text();
  }

  private String text() {
    return HexFormat.of().formatHex(digest.digest(), 0, 16);
  }

  private void add(String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
  }

  private void add(TensorSource tensor) throws IOException {
    add(tensor.getClass().getSimpleName() + " " + tensor.type() + " " + tensor.shape());
    if (tensor instanceof StoredTensor stored) {
      Path file = stored.file().toRealPath();
      add(file + " " + Files.size(file) + " " + Files.getLastModifiedTime(file));
      add(stored.offset() + " " + stored.strides());
    } else {
      tensor.writeTo(new BlockChannel(digest::update), tensor.type());
    }
  }
}
