package dev.dovetail.runtime;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Writes small safetensors files for tests. */
final class SafetensorsFile {

  private final List<String> header = new ArrayList<>();
  private final List<byte[]> content = new ArrayList<>();
  private int size;

  SafetensorsFile floats(String name, String shape, float... values) {
    ByteBuffer b = allocate(values.length * Float.BYTES);
    b.asFloatBuffer().put(values);
    return add(name, "F32", shape, b);
  }

  SafetensorsFile halves(String name, String shape, int... bits) {
    ByteBuffer b = allocate(bits.length * Short.BYTES);
    for (int v : bits) {
      b.putShort((short) v);
    }
    return add(name, "F16", shape, b);
  }

  SafetensorsFile longs(String name, String shape, long... values) {
    ByteBuffer b = allocate(values.length * Long.BYTES);
    b.asLongBuffer().put(values);
    return add(name, "I64", shape, b);
  }

  SafetensorsFile ints(String name, String shape, int... values) {
    ByteBuffer b = allocate(values.length * Integer.BYTES);
    b.asIntBuffer().put(values);
    return add(name, "I32", shape, b);
  }

  private static ByteBuffer allocate(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private SafetensorsFile add(String name, String type, String shape, ByteBuffer bytes) {
    int end = size + bytes.capacity();
    header.add(
        String.format(
            Locale.ROOT,
            "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}",
            name,
            type,
            shape,
            size,
            end));
    content.add(bytes.array());
    size = end;
    return this;
  }

  Path write(Path file) throws IOException {
    byte[] head = ("{" + String.join(",", header) + "}").getBytes(StandardCharsets.UTF_8);
    ByteBuffer out = allocate(Long.BYTES + head.length + size).putLong(head.length).put(head);
    content.forEach(out::put);
    return Files.write(file, out.array());
  }
}
