package dev.dovetail.weights.formats;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;

/**
 * Writes zip64 files with sparse entries of any length, and optionally with an inconsistent central
 * directory.
 */
public final class ZipWriter implements Closeable {

  /** An entry of the central directory, which the test may change before closing. */
  public static final class Listed {
    String name;
    int method;
    long packed;
    long bytes;
    long header;
    long data;
  }

  final List<Listed> listed = new ArrayList<>();
  final FileChannel channel;
  private long position;

  public ZipWriter(Path file) throws IOException {
    channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE);
  }

  public Listed store(String name, byte[] content) throws IOException {
    Listed entry = reserve(name, content.length);
    channel.write(ByteBuffer.wrap(content), entry.data);
    return entry;
  }

  public Listed deflate(String name, byte[] content) throws IOException {
    Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    deflater.setInput(content);
    deflater.finish();
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    byte[] window = new byte[1 << 16];
    while (!deflater.finished()) {
      packed.write(window, 0, deflater.deflate(window));
    }
    deflater.end();
    Listed entry = store(name, packed.toByteArray());
    entry.method = 8;
    entry.bytes = content.length;
    return entry;
  }

  /** Appends an entry with this many zeros. */
  public Listed reserve(String name, long length) throws IOException {
    byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
    Listed entry = new Listed();
    entry.name = name;
    entry.packed = length;
    entry.bytes = length;
    entry.header = position;
    int padding = 6 + nameBytes.length % 7;
    ByteBuffer header = buffer(30 + nameBytes.length + padding);
    header.putInt(0x04034b50).position(26);
    header.putShort((short) nameBytes.length).putShort((short) padding).put(nameBytes);
    header.putShort((short) 0x4246).putShort((short) (padding - 4));
    channel.write(header.position(0), position);
    entry.data = position + header.capacity();
    position = entry.data + length;
    listed.add(entry);
    return entry;
  }

  @Override
  public void close() throws IOException {
    long start = position;
    ByteArrayOutputStream directory = new ByteArrayOutputStream();
    for (Listed entry : listed) {
      byte[] name = entry.name.getBytes(StandardCharsets.UTF_8);
      ByteBuffer central = buffer(46 + name.length + 28);
      central.putInt(0x02014b50).position(10);
      central.putShort((short) entry.method).position(20);
      central.putInt(-1).putInt(-1).putShort((short) name.length).putShort((short) 28);
      central.putInt(42, -1).position(46);
      central.put(name).putShort((short) 1).putShort((short) 24);
      central.putLong(entry.bytes).putLong(entry.packed).putLong(entry.header);
      directory.writeBytes(central.array());
    }
    ByteBuffer end = buffer(56 + 20 + 22);
    end.putInt(0x06064b50).putLong(44).position(24);
    end.putLong(listed.size()).putLong(listed.size()).putLong(directory.size()).putLong(start);
    end.putInt(0x07064b50).putInt(0).putLong(start + directory.size()).putInt(1);
    end.putInt(0x06054b50).putInt(0).putInt(-1).putInt(-1).putInt(-1).putShort((short) 0);
    channel.write(ByteBuffer.wrap(directory.toByteArray()), start);
    channel.write(end.position(0), start + directory.size());
    channel.close();
  }

  private static ByteBuffer buffer(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }
}
