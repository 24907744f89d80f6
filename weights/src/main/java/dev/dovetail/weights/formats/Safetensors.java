package dev.dovetail.weights.formats;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.dovetail.core.DType;
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
import java.util.function.Function;

/** Writes safetensors files. */
public final class Safetensors {

  private static final JsonFactory JSON = new JsonFactory();

  private Safetensors() {}

  /**
   * Writes tensors, each with its own type, to a new file that replaces {@code file} after it is
   * complete and synchronized to disk. Wider types come first, so that every tensor is aligned.
   *
   * @param file the file to write
   * @param tensors in any order
   * @param metadata strings to store in the header
   * @throws IllegalArgumentException if two tensors have the same name
   * @throws IOException if a tensor cannot be read or the file cannot be written
   */
  public static void write(
      Path file, Collection<? extends TensorSource> tensors, Map<String, String> metadata)
      throws IOException {
    write(file, tensors, TensorSource::type, metadata);
  }

  /**
   * Writes tensors with other types. Elements are converted window by window.
   *
   * @param file the file to write
   * @param tensors in any order
   * @param types returns the type with which a tensor is written
   * @param metadata strings to store in the header
   * @throws IllegalArgumentException if two tensors have the same name, or a floating-point tensor
   *     would be converted to integers
   * @throws IOException if a tensor cannot be read or the file cannot be written
   */
  public static void write(
      Path file,
      Collection<? extends TensorSource> tensors,
      Function<? super TensorSource, DType> types,
      Map<String, String> metadata)
      throws IOException {
    requireDistinctNames(tensors);
    List<Entry> entries = new ArrayList<>();
    tensors.forEach(tensor -> entries.add(new Entry(tensor, types.apply(tensor))));
    List<Entry> order = new ArrayList<>(entries);
    order.sort(Comparator.comparing((Entry e) -> -e.type().bytes()));
    byte[] header = header(entries, order, metadata);
    OutputFile.write(file, fresh -> write(fresh, header, order));
  }

  /** A tensor and the type with which it is written. */
  private record Entry(TensorSource tensor, DType type) {

    long bytes() {
      return Math.multiplyExact(tensor.elements(), type.bytes());
    }
  }

  private static void write(Path file, byte[] header, List<Entry> entries) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer start = ByteBuffer.allocate(8 + header.length).order(ByteOrder.LITTLE_ENDIAN);
      start.putLong(header.length).put(header).flip();
      while (start.hasRemaining()) {
        channel.write(start);
      }
      for (Entry entry : entries) {
        entry.tensor().writeTo(channel, entry.type());
      }
      // Otherwise a system crash could leave the new name on a file without content.
      channel.force(true);
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

  /** Lists the tensors in the specified order and stores their data in the other order. */
  private static byte[] header(List<Entry> entries, List<Entry> order, Map<String, String> metadata)
      throws IOException {
    Map<String, Long> begins = new HashMap<>();
    long next = 0;
    for (Entry entry : order) {
      begins.put(entry.tensor().name(), next);
      next = Math.addExact(next, entry.bytes());
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart("__metadata__");
        for (Map.Entry<String, String> known : metadata.entrySet()) {
          json.writeStringField(known.getKey(), known.getValue());
        }
        json.writeEndObject();
      }
      for (Entry entry : entries) {
        long begin = begins.get(entry.tensor().name());
        json.writeObjectFieldStart(entry.tensor().name());
        json.writeStringField("dtype", SafetensorsTypes.name(entry.type()));
        writeNumbers(json, "shape", entry.tensor().shape());
        writeNumbers(json, "data_offsets", List.of(begin, begin + entry.bytes()));
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
}
