package dev.dovetail.weights.formats;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.dovetail.files.OutputFile;
import dev.dovetail.weights.tensors.TensorSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes safetensors files. */
public final class Safetensors {

  private static final JsonFactory JSON = new JsonFactory();

  private Safetensors() {}

  /**
   * Writes the tensors, each in its own type, to a new file that takes the place of {@code file}
   * when it is whole. Wider types come first, so that every tensor is aligned.
   *
   * @param file the file to write
   * @param tensors in any order
   * @param metadata strings to keep in the header
   * @throws IllegalArgumentException if two tensors have one name
   * @throws IOException if a tensor cannot be read or the file not be written
   */
  public static void write(
      Path file, Collection<? extends TensorSource> tensors, Map<String, String> metadata)
      throws IOException {
    requireDistinctNames(tensors);
    List<TensorSource> order = new ArrayList<>(tensors);
    order.sort(Comparator.comparing((TensorSource t) -> -t.type().bytes()));
    byte[] header = header(tensors, order, metadata);
    OutputFile.write(file, fresh -> write(fresh, header, order));
  }

  private static void write(Path file, byte[] header, List<TensorSource> tensors)
      throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer start = ByteBuffer.allocate(8 + header.length).order(ByteOrder.LITTLE_ENDIAN);
      start.putLong(header.length).put(header).flip();
      while (start.hasRemaining()) {
        channel.write(start);
      }
      for (TensorSource tensor : tensors) {
        tensor.writeTo(channel, tensor.type());
      }
    }
  }

  private static void requireDistinctNames(Collection<? extends TensorSource> tensors) {
    Set<String> names = new HashSet<>(Set.of("__metadata__"));
    for (TensorSource tensor : tensors) {
      if (!names.add(tensor.name())) {
        throw new IllegalArgumentException("two tensors are named " + tensor.name());
      }
    }
  }

  /** Lists the tensors as given and places their data in the other order. */
  private static byte[] header(
      Collection<? extends TensorSource> tensors,
      List<TensorSource> order,
      Map<String, String> metadata)
      throws IOException {
    Map<String, Long> begins = new HashMap<>();
    long next = 0;
    for (TensorSource tensor : order) {
      begins.put(tensor.name(), next);
      next = Math.addExact(next, bytes(tensor));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart("__metadata__");
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
          json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
      }
      for (TensorSource tensor : tensors) {
        long begin = begins.get(tensor.name());
        json.writeObjectFieldStart(tensor.name());
        json.writeStringField("dtype", SafetensorsTypes.name(tensor.type()));
        writeNumbers(json, "shape", tensor.shape());
        writeNumbers(json, "data_offsets", List.of(begin, begin + bytes(tensor)));
        json.writeEndObject();
      }
      json.writeEndObject();
    }
    while (bytes.size() % 8 != 0) {
      bytes.write(' ');
    }
    return bytes.toByteArray();
  }

  private static void writeNumbers(JsonGenerator json, String field, List<Long> numbers)
      throws IOException {
    json.writeArrayFieldStart(field);
    for (long number : numbers) {
      json.writeNumber(number);
    }
    json.writeEndArray();
  }

  private static long bytes(TensorSource tensor) {
    return Math.multiplyExact(tensor.elements(), tensor.type().bytes());
  }
}
