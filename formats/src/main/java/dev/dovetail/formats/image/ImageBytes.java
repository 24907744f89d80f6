package dev.dovetail.formats.image;

import dev.dovetail.files.InputFile;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The content of an image file. Callers check {@link #has} before they read.
 *
 * @param name the name of the file in errors
 * @param bytes the content; not copied, must not be modified
 */
public record ImageBytes(String name, byte[] bytes) {

  private static final VarHandle SHORT_BE = view(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle SHORT_LE = view(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT_BE = view(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT_LE = view(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static VarHandle view(Class<?> array, ByteOrder order) {
    return MethodHandles.byteArrayViewVarHandle(array, order);
  }

  /** The largest accepted file in bytes. Larger ones are rejected before memory is allocated. */
  private static final int MAX_LENGTH = 1 << 30;

  /**
   * Reads a file, which may be a pipe.
   *
   * @param path the file
   * @return its content
   * @throws BadImageException if the file does not exist, is not readable, or is larger than 1 GiB
   * @throws IOException if it cannot be read
   */
  public static ImageBytes read(Path path) throws IOException {
    if (!Files.exists(path)) {
      throw new BadImageException(path + " does not exist");
    }
    if (Files.isDirectory(path)) {
      throw new BadImageException(path + " is not a file");
    }
    try {
      byte[] bytes = InputFile.isStream(path) ? ofStream(path) : null;
      long length = bytes == null ? Files.size(path) : bytes.length;
      if (length > MAX_LENGTH) {
        throw new BadImageException(
            path + " is " + length + " bytes long; expected at most " + MAX_LENGTH);
      }
      return new ImageBytes(path.toString(), bytes == null ? Files.readAllBytes(path) : bytes);
    } catch (AccessDeniedException e) {
      throw new BadImageException(path + " cannot be read (permission denied)", e);
    }
  }

  /** Reads a pipe, whose length is known only at its end. */
  private static byte[] ofStream(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      return in.readNBytes(MAX_LENGTH + 1);
    }
  }

  /** {@return the number of bytes} */
  public int length() {
    return bytes.length;
  }

  /**
   * {@return whether the file has {@code count} bytes at {@code offset}}
   *
   * @param offset in bytes
   * @param count of bytes
   */
  public boolean has(long offset, long count) {
    return offset >= 0 && offset + count <= bytes.length;
  }

  /**
   * {@return the unsigned byte at {@code offset}}
   *
   * @param offset in bytes
   */
  public int u8(int offset) {
    return bytes[offset] & 0xff;
  }

  /**
   * {@return the unsigned 16 bits, big-endian, at {@code offset}}
   *
   * @param offset in bytes
   */
  public int u16be(int offset) {
    return (short) SHORT_BE.get(bytes, offset) & 0xffff;
  }

  /**
   * {@return the unsigned 16 bits, little-endian, at {@code offset}}
   *
   * @param offset in bytes
   */
  public int u16le(int offset) {
    return (short) SHORT_LE.get(bytes, offset) & 0xffff;
  }

  /**
   * {@return the signed 32 bits, big-endian, at {@code offset}}
   *
   * @param offset in bytes
   */
  public int i32be(int offset) {
    return (int) INT_BE.get(bytes, offset);
  }

  /**
   * {@return the signed 32 bits, little-endian, at {@code offset}}
   *
   * @param offset in bytes
   */
  public int i32le(int offset) {
    return (int) INT_LE.get(bytes, offset);
  }

  /**
   * {@return whether the file begins with these bytes}
   *
   * @param head the bytes, 0 to 255 each
   */
  public boolean startsWith(int... head) {
    if (!has(0, head.length)) {
      return false;
    }
    for (int i = 0; i < head.length; i++) {
      if (u8(i) != head[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * {@return the {@code count} Latin-1 characters at {@code offset}}
   *
   * @param offset in bytes
   * @param count of characters
   */
  public String text(int offset, int count) {
    return new String(bytes, offset, count, StandardCharsets.ISO_8859_1);
  }

  /**
   * {@return an exception about the file}
   *
   * @param what the problem, a phrase that follows the file's name
   */
  public BadImageException bad(String what) {
    return new BadImageException(name + " " + what);
  }

  /**
   * {@return the exception for a truncated file}
   *
   * @param where the end of the file, a phrase
   */
  public BadImageException cutOff(String where) {
    return bad(
        "is truncated: it ends after "
            + length()
            + " bytes "
            + where
            + "; copy the whole file again");
  }
}
