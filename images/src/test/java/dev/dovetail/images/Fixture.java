package dev.dovetail.images;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dovetail.formats.Size;
import dev.dovetail.testing.FixtureFolders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.function.ThrowingConsumer;

/** A directory of reference values: its description and its tensors. */
record Fixture(JsonNode config, Tensors inputs, Tensors outputs) {

  private static final ObjectMapper JSON = new ObjectMapper();

  static Fixture read(Path folder) {
    return new Fixture(config(folder), inputs(folder), outputs(folder));
  }

  /**
   * Returns one test for every directory of a kind.
   *
   * @param what the kind, for the message if there are none
   */
  static Stream<DynamicTest> each(
      String what, Predicate<Path> wanted, ThrowingConsumer<Fixture> test) {
    return FixtureFolders.in("fixtures/comer", "config.json")
        .where(what, wanted)
        .each(folder -> test.accept(read(folder)));
  }

  static Tensors inputs(Path folder) {
    return Tensors.readIfExists(folder.resolve("inputs.safetensors"));
  }

  static Tensors outputs(Path folder) {
    return Tensors.readIfExists(folder.resolve("outputs.safetensors"));
  }

  /** Reads only the description. */
  static JsonNode config(Path folder) {
    try {
      return JSON.readTree(Files.readAllBytes(folder.resolve("config.json")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads the tensors of a small safetensors file. */
  record Tensors(JsonNode header, ByteBuffer data) {

    /** Returns no tensors if the file does not exist. */
    static Tensors readIfExists(Path file) {
      try {
        return Files.exists(file)
            ? read(file)
            : new Tensors(JSON.createObjectNode(), ByteBuffer.allocate(0));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    static Tensors read(Path file) throws IOException {
      ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
      int length = Math.toIntExact(all.getLong());
      JsonNode header = JSON.readTree(all.array(), 8, length);
      ByteBuffer data = all.position(8 + length).slice().order(ByteOrder.LITTLE_ENDIAN);
      return new Tensors(header, data);
    }

    boolean has(String name) {
      return header.has(name);
    }

    int[] shape(String name) {
      JsonNode sides = header.required(name).get("shape");
      return IntStream.range(0, sides.size()).map(i -> sides.get(i).asInt()).toArray();
    }

    byte[] bytes(String name) {
      JsonNode offsets = header.required(name).get("data_offsets");
      byte[] bytes = new byte[offsets.get(1).asInt() - offsets.get(0).asInt()];
      data.get(offsets.get(0).asInt(), bytes);
      return bytes;
    }

    float[] floats(String name) {
      ByteBuffer bytes = ByteBuffer.wrap(bytes(name)).order(ByteOrder.LITTLE_ENDIAN);
      float[] values = new float[bytes.remaining() / 4];
      IntStream.range(0, values.length).forEach(i -> values[i] = bytes.getFloat(4 * i));
      return values;
    }

    long[] longs(String name) {
      ByteBuffer bytes = ByteBuffer.wrap(bytes(name)).order(ByteOrder.LITTLE_ENDIAN);
      return IntStream.range(0, bytes.remaining() / 8)
          .mapToLong(i -> bytes.getLong(8 * i))
          .toArray();
    }

    Image image(String name) {
      int[] shape = shape(name);
      return Image.of(new Size(shape[0], shape[1]), bytes(name));
    }
  }
}
