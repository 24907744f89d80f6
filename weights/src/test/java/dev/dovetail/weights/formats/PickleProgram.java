package dev.dovetail.weights.formats;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes pickle programs of protocol 2, both valid and malicious. */
public final class PickleProgram {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  public PickleProgram() {
    raw(0x80, 2);
  }

  public PickleProgram raw(int... instructions) {
    for (int instruction : instructions) {
      bytes.write(instruction);
    }
    return this;
  }

  public PickleProgram raw(String instructions) {
    bytes.writeBytes(instructions.getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }

  public PickleProgram repeat(int times, String instructions) {
    return raw(instructions.repeat(times));
  }

  public PickleProgram text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return raw("X").int32(utf8.length).bytes(utf8);
  }

  public PickleProgram bytes(byte[] more) {
    bytes.writeBytes(more);
    return this;
  }

  public PickleProgram int32(int value) {
    return bytes(buffer(4).putInt(value).array());
  }

  public PickleProgram number(long value) {
    return raw(0x8a, 8).bytes(buffer(8).putLong(value).array());
  }

  public PickleProgram numbers(long... values) {
    raw("(");
    for (long value : values) {
      number(value);
    }
    return raw("t");
  }

  public PickleProgram global(String module, String name) {
    return raw("c" + module + "\n" + name + "\n");
  }

  public PickleProgram storage(String type, String key, long elements) {
    return raw("(")
        .text("storage")
        .global("torch", type)
        .text(key)
        .text("cpu")
        .number(elements)
        .raw("tQ");
  }

  /** Appends a call of {@code _rebuild_tensor_v2}. */
  public PickleProgram tensor(
      String type, String key, long elements, long first, long[] shape, long[] strides) {
    return global("torch._utils", "_rebuild_tensor_v2")
        .raw("(")
        .storage(type, key, elements)
        .number(first)
        .numbers(shape)
        .numbers(strides)
        .raw(0x89)
        .raw("}tR");
  }

  /**
   * Returns a dictionary with one entry: {@code name} and a float32 vector that is all of storage
   * 0.
   */
  public static PickleProgram oneVector(String name, long elements) {
    return new PickleProgram()
        .raw("}")
        .text(name)
        .tensor("FloatStorage", "0", elements, 0, new long[] {elements}, new long[] {1})
        .raw("s");
  }

  public byte[] end() {
    return raw(".").bytes.toByteArray();
  }

  private static ByteBuffer buffer(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }
}
