package dev.dovetail.models.parity;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.core.DType;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.tensors.StoredTensor;
import dev.dovetail.weights.tensors.TensorSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Reads checkpoint files in many formats, each with the tensors of one of the expected files. */
final class CheckpointFormats {

  private CheckpointFormats() {}

  static int compare(Fixture fixture) throws IOException {
    int compared = 0;
    for (JsonNode name : fixture.config().get("files")) {
      try (Checkpoint checkpoint = Checkpoint.open(fixture.folder().resolve(name.asText()))) {
        compared += compare(name.asText(), expected(fixture.folder(), checkpoint), checkpoint);
      }
    }
    return compared;
  }

  private static Map<String, StoredTensor> expected(Path folder, Checkpoint checkpoint)
      throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(f -> f.getFileName().toString().startsWith("expected_")).toList();
    }
    for (Path file : files) {
      Map<String, StoredTensor> tensors = Checkpoint.open(file).tensors();
      if (tensors.keySet().equals(checkpoint.tensors().keySet())) {
        return tensors;
      }
    }
    throw new AssertionError(
        checkpoint.path() + " has the tensors " + checkpoint.tensors().keySet());
  }

  private static int compare(String file, Map<String, StoredTensor> expected, Checkpoint checkpoint)
      throws IOException {
    for (StoredTensor tensor : expected.values()) {
      StoredTensor actual = checkpoint.tensors().get(tensor.name());
      String what = file + ": " + tensor.name();
      assertEquals(tensor.shape(), actual.shape(), what);
      assertArrayEquals(bytes(tensor, tensor.type()), bytes(actual, tensor.type()), what);
    }
    assertTrue(!expected.isEmpty(), file + " has no tensors");
    return expected.size();
  }

  private static byte[] bytes(TensorSource tensor, DType type) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    tensor.writeTo(Channels.newChannel(bytes), type);
    return bytes.toByteArray();
  }
}
