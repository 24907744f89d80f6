package dev.dovetail.weights.formats;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.dovetail.weights.tensors.CheckpointException;
import dev.dovetail.weights.tensors.StoredTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Reads a checkpoint in several files by its {@code *.index.json}: {@code {"metadata": …,
 * "weight_map": {"name": "file"}}}, as Hugging Face writes it. The files are next to the index.
 */
final class ShardedIndex {

  static final String SUFFIX = ".index.json";

  private static final long MAX_BYTES = 16L << 20;
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private ShardedIndex() {}

  /** Opens one of the files. */
  @FunctionalInterface
  interface Shards {
    CheckpointContent read(Path file) throws IOException;
  }

  static CheckpointContent read(Path index, Shards shards) throws IOException {
    Map<String, List<String>> namesOf = weightMap(index);
    List<Path> files = new ArrayList<>(List.of(index));
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    Map<String, Object> meta = new LinkedHashMap<>();
    List<Path> temporary = new ArrayList<>();
    for (Map.Entry<String, List<String>> entry : namesOf.entrySet()) {
      Path file = index.resolveSibling(entry.getKey());
      if (!Files.isRegularFile(file)) {
        throw new CheckpointException(index, "names the file " + file + ", which is missing");
      }
      CheckpointContent shard = shards.read(file);
      files.add(file);
      temporary.addAll(shard.temporary());
      shard.meta().forEach(meta::putIfAbsent);
      for (String name : entry.getValue()) {
        StoredTensor tensor = shard.tensors().get(name);
        if (tensor == null) {
          throw new CheckpointException(
              index,
              String.format(
                  Locale.ROOT,
                  "states that tensor %s is in %s, which does not contain it",
                  CheckpointException.quote(name),
                  file));
        }
        tensors.put(name, tensor);
      }
      if (shard.tensors().size() != entry.getValue().size()) {
        throw new CheckpointException(
            index,
            String.format(
                Locale.ROOT,
                "lists %d tensors of %s, which contains %d: the files are from different"
                    + " checkpoints",
                entry.getValue().size(),
                file,
                shard.tensors().size()));
      }
    }
    return new CheckpointContent(files, tensors, meta).with(temporary);
  }

  /** Returns the names of the files next to the index. */
  static Set<String> files(Path index) throws IOException {
    return weightMap(index).keySet();
  }

  /** Returns the names of the tensors in each file. */
  private static Map<String, List<String>> weightMap(Path index) throws IOException {
    if (Files.size(index) > MAX_BYTES) {
      throw new CheckpointException(index, "is larger than any real index of tensors");
    }
    JsonNode map;
    try {
      map = JSON.readTree(Files.readAllBytes(index)).path("weight_map");
    } catch (JsonProcessingException e) {
      throw new CheckpointException(index, "is not valid JSON: " + e.getOriginalMessage(), e);
    }
    if (!map.isObject() || map.isEmpty()) {
      throw new CheckpointException(index, "has no weight_map from tensor names to files");
    }
    Map<String, List<String>> namesOf = new LinkedHashMap<>();
    for (Iterator<Map.Entry<String, JsonNode>> i = map.fields(); i.hasNext(); ) {
      Map.Entry<String, JsonNode> entry = i.next();
      String shard = entry.getValue().isTextual() ? entry.getValue().asText() : "";
      boolean plain = shard.matches("[^/\\\\:\\x00]+") && !shard.equals("..") && !shard.equals(".");
      if (!plain) {
        throw new CheckpointException(
            index,
            String.format(
                Locale.ROOT,
                "places tensor %s in %s; expected the name of a file next to the index",
                CheckpointException.quote(entry.getKey()),
                CheckpointException.quote(shard)));
      }
      namesOf.computeIfAbsent(shard, s -> new ArrayList<>()).add(entry.getKey());
    }
    return namesOf;
  }
}
