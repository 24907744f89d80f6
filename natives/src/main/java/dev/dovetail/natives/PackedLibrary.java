package dev.dovetail.natives;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.CRC32;

/**
 * A native library on the class path.
 *
 * @param url the location in the jar
 * @param fileName the file name by which other libraries find it
 * @param content its size and checksum
 */
record PackedLibrary(URL url, String fileName, Content content) {

  /** The prefix of unfinished files. */
  static final String PART = "part";

  private static final int BUFFER = 1 << 18;

  /**
   * Size and CRC-32 of the content, from the jar's directory. They detect damage, but not
   * manipulation.
   */
  record Content(long bytes, int crc) {

    static Content of(ReadableByteChannel in) throws IOException {
      CRC32 crc = new CRC32();
      long bytes = 0;
      ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
      while (in.read(buffer) >= 0) {
        bytes += buffer.position();
        crc.update(buffer.flip());
        buffer.clear();
      }
      return new Content(bytes, (int) crc.getValue());
    }
  }

  static PackedLibrary of(URL url) throws IOException {
    String path = url.getPath();
    return new PackedLibrary(url, path.substring(path.lastIndexOf('/') + 1), content(url));
  }

  private static Content content(URL url) throws IOException {
    URLConnection connection = url.openConnection();
    connection.setUseCaches(false);
    if (connection instanceof JarURLConnection packed) {
      try (JarFile jar = packed.getJarFile()) {
        JarEntry entry = packed.getJarEntry();
        return new Content(entry.getSize(), (int) entry.getCrc());
      }
    }
    try (ReadableByteChannel in = Channels.newChannel(connection.getInputStream())) {
      return Content.of(in);
    }
  }

  /**
   * Returns whether a directory contains the complete library, and only the user can have created
   * or modified it.
   *
   * @throws IOException if the library exists but other users could modify it
   */
  boolean isIn(Path folder) throws IOException {
    Path file = folder.resolve(fileName);
    if (!CacheFolder.isPlain(file, content.bytes())) {
      return false;
    }
    CacheFolder.requirePrivate(file);
    try (FileChannel in = FileChannel.open(file)) {
      return Content.of(in).equals(content);
    }
  }

  /**
   * Writes the library to a directory atomically, even if this is interrupted or several processes
   * write it simultaneously.
   */
  void writeTo(Path folder) throws IOException {
    Path part = null;
    try {
      part = Files.createTempFile(folder, PART, ".tmp");
      try (InputStream in = open();
          FileChannel out =
              FileChannel.open(part, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        in.transferTo(Channels.newOutputStream(out));
        out.force(true);
        if (!Content.of(out.position(0)).equals(content)) {
          throw new IOException(url + " is damaged: its CRC-32 does not match");
        }
      }
      // Libraries are mapped as executables; only the user may read, write or execute this one.
      part.toFile().setExecutable(true);
      Files.move(part, folder.resolve(fileName), StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      // If open files cannot be replaced (Windows), another process may have written it first.
      if (!isIn(folder)) {
        throw e;
      }
    } finally {
      if (part != null) {
        Files.deleteIfExists(part);
      }
    }
  }

  private InputStream open() throws IOException {
    URLConnection connection = url.openConnection();
    connection.setUseCaches(false);
    return connection.getInputStream();
  }
}
