package dev.dovetail.weights.tensors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.core.DType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.Map;

/** Bitwise comparison of tensors. */
public final class Tensors {

  private Tensors() {}

  public static byte[] bytes(TensorSource tensor, DType type) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    tensor.writeTo(Channels.newChannel(bytes), type);
    return bytes.toByteArray();
  }

  /**
   * Asserts the same names in the same order, shapes, and bits after widening to the expected type.
   */
  public static void assertSame(Map<String, StoredTensor> expected, Map<String, StoredTensor> found)
      throws IOException {
    assertEquals(expected.keySet(), found.keySet());
    for (StoredTensor tensor : expected.values()) {
      StoredTensor other = found.get(tensor.name());
      assertEquals(tensor.shape(), other.shape(), tensor.name());
      assertArrayEquals(bytes(tensor, tensor.type()), bytes(other, tensor.type()), tensor.name());
    }
  }
}
