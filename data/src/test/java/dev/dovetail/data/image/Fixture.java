package dev.dovetail.data.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.stream.IntStream;

/** One folder of reference values: its description and its tensors. */
record Fixture(JsonNode config, Tensors inputs, Tensors outputs) {

  private static final ObjectMapper JSON = new ObjectMapper();

  static Fixture read(Path folder) throws IOException {
    return new Fixture(
        JSON.readTree(Files.readAllBytes(folder.resolve("config.json"))),
        Tensors.read(folder.resolve("inputs.safetensors")),
        Tensors.read(folder.resolve("outputs.safetensors")));
  }

  /** The description alone. */
  static JsonNode config(Path folder) throws IOException {
    return JSON.readTree(Files.readAllBytes(folder.resolve("config.json")));
  }

  /** The tensors of a small safetensors file. */
  record Tensors(JsonNode header, ByteBuffer data) {

    static Tensors read(Path file) throws IOException {
      ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
      int length = Math.toIntExact(all.getLong());
      JsonNode header = JSON.readTree(all.array(), 8, length);
      ByteBuffer data = all.position(8 + length).slice().order(ByteOrder.LITTLE_ENDIAN);
      return new Tensors(header, data);
    }

    int[] shape(String name) {
      Iterator<JsonNode> sides = header.required(name).get("shape").elements();
      int[] shape = new int[header.get(name).get("shape").size()];
      for (int i = 0; i < shape.length; i++) {
        shape[i] = sides.next().asInt();
      }
      return shape;
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
