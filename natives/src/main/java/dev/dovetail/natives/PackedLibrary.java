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
 * @param url where it is packed
 * @param fileName as it has to be called to be found by others
 * @param content what it holds
 */
record PackedLibrary(URL url, String fileName, Content content) {

  /** What the names of unfinished files begin with. */
  static final String PART = "part";

  private static final int BUFFER = 1 << 18;

  /**
   * What bytes are recognized by: their number and CRC-32, as a jar's directory states them. They
   * tell damaged bytes from whole ones, not bytes that someone forged.
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
   * Whether it lies in a folder whole, where nobody else can have put or changed it.
   *
   * @throws IOException if it is there and others could change it
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
   * Writes it into a folder. It appears there whole or not at all, whatever interrupts this and
   * however many processes do it at once.
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
          throw new IOException(url + " is damaged: its bytes do not have their CRC-32");
        }
      }
      // Libraries are mapped as programs; only the user may read, write or run this one.
      part.toFile().setExecutable(true);
      Files.move(part, folder.resolve(fileName), StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      // Where files in use cannot be replaced (Windows), another process may have been faster.
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
