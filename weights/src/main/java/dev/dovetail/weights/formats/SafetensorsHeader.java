package dev.dovetail.weights.formats;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.dovetail.core.DType;
import dev.dovetail.weights.tensors.CheckpointException;
import dev.dovetail.weights.tensors.FileBytes;
import dev.dovetail.weights.tensors.Region;
import dev.dovetail.weights.tensors.Shapes;
import dev.dovetail.weights.tensors.StoredTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads the header of a safetensors file: eight bytes with the length, a JSON object of that
 * length, then the data, to which all offsets are relative. It is as strict as the reference
 * implementation: the tensors must cover the data exactly and must not overlap.
 */
final class SafetensorsHeader {

  /** The reference implementation's limit. */
  private static final long MAX_HEADER = 100_000_000;

  private static final int MAX_TENSORS = 500_000;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(8).build())
          .build();

  private final Path file;
  private final Region data;
  private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();
  private final Map<String, Object> meta = new LinkedHashMap<>();

  private SafetensorsHeader(Path file, Region data) {
    this.file = file;
    this.data = data;
  }

  static CheckpointContent read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      long length = size < 8 ? 0 : FileBytes.read(channel, file, 0, 8).getLong();
      if (length < 2 || length > size - 8) {
        throw new CheckpointException(
            file,
            String.format(
                Locale.ROOT,
                "declares a header of %s bytes in its first eight, but has %d bytes in total:"
                    + " it is truncated or not a safetensors file",
                Long.toUnsignedString(length),
                size));
      }
      if (length > MAX_HEADER) {
        throw new CheckpointException(
            file,
            String.format(
                Locale.ROOT, "has a header of %d bytes; at most %d are read", length, MAX_HEADER));
      }
      SafetensorsHeader header =
          new SafetensorsHeader(file, new Region(file, 8 + length, size - 8 - length));
      header.parse(FileBytes.read(channel, file, 8, (int) length));
      header.requireCoverage();
      return new CheckpointContent(List.of(file), header.tensors, header.meta);
    }
  }

  private void parse(ByteBuffer json) throws IOException {
    requireUtf8(json);
    try (JsonParser parser = JSON.createParser(json.array())) {
      require(parser.nextToken() == JsonToken.START_OBJECT, "has a header that is not an object");
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        require(tensors.size() < MAX_TENSORS, "contains more than " + MAX_TENSORS + " tensors");
        if (name.equals("__metadata__")) {
          metadata(parser);
        } else {
          tensors.put(name, tensor(parser, name));
        }
      }
      require(parser.nextToken() == null, "has more than one JSON object in its header");
    } catch (JsonProcessingException e) {
      throw new CheckpointException(
          file, "has a header that is not valid JSON: " + e.getOriginalMessage(), e);
    }
  }

  private void requireUtf8(ByteBuffer json) throws CheckpointException {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer rest = json.duplicate();
    CharBuffer window = CharBuffer.allocate(1 << 13);
    CoderResult result;
    do {
      result = decoder.decode(rest, window.clear(), true);
    } while (result.isOverflow());
    require(!result.isError(), "has a header that is not UTF-8 at byte " + (8 + rest.position()));
  }

  private void metadata(JsonParser parser) throws IOException {
    require(
        parser.nextToken() == JsonToken.START_OBJECT,
        "has a __metadata__ that is not an object of strings");
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      require(
          parser.nextToken() == JsonToken.VALUE_STRING,
          "has in __metadata__ under "
              + CheckpointException.quote(key)
              + " a value that is not a string");
      meta.put(key, parser.getText());
    }
  }

  private StoredTensor tensor(JsonParser parser, String name) throws IOException {
    String quoted = "tensor " + CheckpointException.quote(name);
    String dtype = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    require(
        parser.nextToken() == JsonToken.START_OBJECT, quoted + " is not described by an object");
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      switch (parser.currentName()) {
        case "dtype" -> dtype = parser.nextTextValue();
        case "shape" -> shape = numbers(parser, quoted + " has a shape");
        case "data_offsets" -> offsets = numbers(parser, quoted + " has data_offsets");
        default -> {
          parser.nextToken();
          parser.skipChildren();
        }
      }
    }
    require(
        dtype != null && shape != null && offsets != null && offsets.size() == 2,
        quoted + " lacks one of dtype, shape and data_offsets (two numbers)");
    String unknown =
        quoted + " has the dtype " + CheckpointException.quote(dtype) + ", which is not supported";
    DType type =
        SafetensorsTypes.type(dtype).orElseThrow(() -> new CheckpointException(file, unknown));
    long begin = offsets.get(0);
    long end = offsets.get(1);
    require(
        begin <= end && end <= data.bytes(),
        String.format(
            Locale.ROOT,
            "%s is at bytes %d to %d of the data, but the file contains %d of them: it is"
                + " truncated or invalid",
            quoted,
            begin,
            end,
            data.bytes()));
    require(
        bytes(type, shape) == end - begin,
        String.format(
            Locale.ROOT,
            "%s of shape %s and type %s does not have the %d bytes of its offsets",
            quoted,
            Shapes.text(shape),
            type,
            end - begin));
    Region bytes = new Region(file, data.offset() + begin, end - begin);
    return StoredTensor.view(
        name, type, shape, Shapes.rowMajor(shape), bytes, 0, ByteOrder.LITTLE_ENDIAN);
  }

  /** Returns the number of bytes of such a tensor, or -1 if it exceeds a long. */
  private static long bytes(DType type, List<Long> shape) {
    try {
      return Math.multiplyExact(Shapes.elements(shape), type.bytes());
    } catch (ArithmeticException e) {
      return -1;
    }
  }

  private List<Long> numbers(JsonParser parser, String what) throws IOException {
    String problem =
        what + " that is not a list of at most " + Shapes.MAX_RANK + " integers from 0";
    List<Long> numbers = new ArrayList<>();
    require(parser.nextToken() == JsonToken.START_ARRAY, problem);
    while (parser.nextToken() == JsonToken.VALUE_NUMBER_INT) {
      require(
          parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER && parser.getLongValue() >= 0,
          problem);
      numbers.add(parser.getLongValue());
      require(numbers.size() <= Shapes.MAX_RANK, problem);
    }
    require(parser.currentToken() == JsonToken.END_ARRAY, problem);
    return numbers;
  }

  /**
   * Checks that the tensors, sorted by position, follow each other to the end of the file without
   * overlap or gap.
   */
  private void requireCoverage() throws CheckpointException {
    List<StoredTensor> sorted = new ArrayList<>(tensors.values());
    sorted.sort(
        Comparator.comparingLong(StoredTensor::offset).thenComparing(SafetensorsHeader::end));
    long covered = data.offset();
    for (StoredTensor tensor : sorted) {
      require(
          tensor.offset() == covered,
          String.format(
              Locale.ROOT,
              "tensor %s starts at byte %d of the data, but the tensors before it end at %d: they overlap or leave a gap",
              CheckpointException.quote(tensor.name()),
              tensor.offset() - data.offset(),
              covered - data.offset()));
      covered = end(tensor);
    }
    require(
        covered == data.offset() + data.bytes(),
        String.format(
            Locale.ROOT,
            "contains %d bytes of data, but its tensors end at %d",
            data.bytes(),
            covered - data.offset()));
  }

  private static long end(StoredTensor tensor) {
    return tensor.offset() + tensor.elements() * tensor.type().bytes();
  }

  private void require(boolean holds, String otherwise) throws CheckpointException {
    if (!holds) {
      throw new CheckpointException(file, otherwise);
    }
  }
}
