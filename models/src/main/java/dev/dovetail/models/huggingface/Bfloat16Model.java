package dev.dovetail.models.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.CheckpointException;
import dev.dovetail.weights.ElementType;
import dev.dovetail.weights.StoredTensor;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Whether a directory is of a model that was in bfloat16. Such a model had its constant tables
 * (rotary frequencies, coordinates) in bfloat16 too, which the weights do not show: they may have
 * been converted to float32 since, and the config's {@code dtype} with them.
 */
final class Bfloat16Model {

  private static final String DTYPE = "dtype";
  private static final String OLD_DTYPE = "torch_dtype";
  private static final String BFLOAT16 = "bfloat16";

  /** So many numbers that all happen to be bfloat16's are no accident. */
  private static final long ENOUGH = 100_000;

  private static final int LOWER_HALF = 0xffff;

  private Bfloat16Model() {}

  /** What a config says. */
  static boolean is(JsonNode config) {
    return config.path(DTYPE).asText(config.path(OLD_DTYPE).asText()).equals(BFLOAT16);
  }

  /** The config, which says it if the weights do. */
  static ObjectNode told(ObjectNode config, Path weights) throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(weights)) {
      return onlyBfloat16(checkpoint) ? config.deepCopy().put(DTYPE, BFLOAT16) : config;
    } catch (CheckpointException e) {
      return config; // a directory may be inspected without weights; loading them says what is
      // wrong
    }
  }

  private static boolean onlyBfloat16(Checkpoint checkpoint) throws IOException {
    long seen = 0;
    for (StoredTensor tensor : checkpoint.tensors().values()) {
      if (tensor.type() == ElementType.BFLOAT16) {
        return true;
      }
      if (tensor.type() != ElementType.FLOAT32) {
        continue;
      }
      for (float value : tensor.floats()) {
        if ((Float.floatToRawIntBits(value) & LOWER_HALF) != 0) {
          return false;
        }
        seen++;
      }
      if (seen >= ENOUGH) {
        return true;
      }
    }
    return false;
  }
}
