package dev.dovetail.weights;

import dev.dovetail.weights.formats.CheckpointContent;
import dev.dovetail.weights.formats.CheckpointFormats;
import dev.dovetail.weights.formats.NamePrefix;
import dev.dovetail.weights.formats.OpaqueObject;
import dev.dovetail.weights.tensors.CheckpointException;
import dev.dovetail.weights.tensors.StoredTensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An opened checkpoint: its tensors by name, none of them read yet, and whatever else it holds.
 *
 * <p>Formats: safetensors in one file or in several with an {@code *.index.json}; PyTorch's zip
 * files and the format before; NumPy's {@code .npz} and {@code .npy}. The state dict of a PyTorch
 * file may lie at the top or under a key such as {@code state_dict} or {@code model}. What wrappers
 * of a training put into the names ({@code module.} in front of all, {@code _orig_mod.} anywhere)
 * is dropped.
 */
public final class Checkpoint implements AutoCloseable {

  private final Path path;
  private final List<Path> files;
  private final Map<String, StoredTensor> tensors;
  private final Map<String, @Nullable Object> meta;
  private final String key;
  private final List<String> others;
  private final Wrappers wrappers;
  private final List<Path> temporary;
  private String sha256;

  private Checkpoint(Path path, CheckpointContent content, Wrappers wrappers) {
    this.path = path;
    this.files = List.copyOf(content.files());
    this.key = content.key();
    this.others = List.copyOf(content.others());
    this.wrappers = wrappers;
    this.tensors = Collections.unmodifiableMap(wrappers.tensors());
    this.meta = Collections.unmodifiableMap(new LinkedHashMap<>(content.meta()));
    this.temporary = List.copyOf(content.temporary());
  }

  /**
   * Opens a file, an {@code *.index.json}, or a folder that holds one checkpoint. Reads names,
   * shapes and offsets alone.
   *
   * @param path a file, or a directory that holds one checkpoint
   * @return the checkpoint, without its elements
   * @throws IOException if there is none, or it is damaged or of no known format; the message says
   *     what was found where and what was expected
   */
  public static Checkpoint open(Path path) throws IOException {
    return open(path, Optional.empty());
  }

  /**
   * The same with the weights that lie under a key, where a file holds several.
   *
   * @param path as for {@link #open(Path)}
   * @param key the keys of the dictionaries on the way with dots between them, such as {@code
   *     ema.module}, and what the names of the tensors begin with; {@code ema_} for the averages
   *     that mmcv's {@code EMAHook} keeps beside the weights
   * @return the checkpoint, without its elements
   * @throws IOException also if nothing lies there; the message lists the keys that there are
   */
  public static Checkpoint open(Path path, Optional<String> key) throws IOException {
    boolean averages = key.isPresent() && key.get().equals(Wrappers.TWIN);
    CheckpointContent content = CheckpointFormats.read(path, averages ? Optional.empty() : key);
    if (content.tensors().isEmpty()) {
      throw new CheckpointException(path, "holds no tensors");
    }
    Wrappers names = Wrappers.of(content.tensors(), averages);
    if (averages && names.equals(Wrappers.of(content.tensors(), false))) {
      throw NamePrefix.unknown(path, Wrappers.TWIN, NamePrefix.first(names.tensors().keySet()));
    }
    return new Checkpoint(path, content, names);
  }

  /** {@return what was opened} */
  public Path path() {
    return path;
  }

  /** {@return the files it consists of} */
  public List<Path> files() {
    return files;
  }

  /** {@return the tensors by name, in file order} */
  public Map<String, StoredTensor> tensors() {
    return tensors;
  }

  /** {@return the key that the tensors lie under, with dots; empty if they lie at the top} */
  public String key() {
    return key;
  }

  /** {@return the keys of other weights in the file, which {@link #open(Path, Optional)} takes} */
  public List<String> otherKeys() {
    return others;
  }

  /** {@return what was dropped from the names, such as {@code module.}} */
  public Set<String> droppedFromNames() {
    return wrappers.dropped();
  }

  /**
   * Tensors that are no part of the weights, and the reason of each.
   *
   * @return reasons by the tensors' names
   */
  public Map<String, String> leftOut() {
    return wrappers.leftOut();
  }

  /**
   * Everything else, unmodifiable: {@code __metadata__} of a safetensors file, what a PyTorch file
   * holds beside its state dict. Values are Map, List, String, Long, BigInteger, Double, Boolean,
   * null, read-only ByteBuffer, {@link StoredTensor}, or {@link OpaqueObject} for a class that is
   * not built.
   *
   * @return what is known besides the tensors, by name
   */
  public Map<String, @Nullable Object> meta() {
    return meta;
  }

  /**
   * {@return the names of the classes that a detector was trained on: {@code meta.CLASSES} of mmcv,
   * {@code meta.dataset_meta} of mmengine}
   */
  public Optional<List<String>> classes() {
    Object inner = meta.get("meta");
    Map<?, ?> known = inner instanceof Map<?, ?> map ? map : meta;
    Object dataset = known.get("dataset_meta");
    return names(known.get("CLASSES"))
        .or(() -> dataset instanceof Map<?, ?> map ? names(map.get("CLASSES")) : Optional.empty())
        .or(() -> dataset instanceof Map<?, ?> map ? names(map.get("classes")) : Optional.empty());
  }

  private static Optional<List<String>> names(Object value) {
    return value instanceof List<?> items
            && !items.isEmpty()
            && items.stream().allMatch(String.class::isInstance)
        ? Optional.of(items.stream().map(String.class::cast).toList())
        : Optional.empty();
  }

  /**
   * SHA-256 of the file in hex, computed on the first call. Of a checkpoint in several files, that
   * of the lines {@code HASH NAME\n} of its files.
   *
   * @return 64 hexadecimal digits
   * @throws IOException if a file cannot be read
   */
  public synchronized String sha256() throws IOException {
    if (sha256 == null) {
      if (files.size() == 1) {
        sha256 = digest(files.get(0));
      } else {
        MessageDigest all = sha256Digest();
        for (Path file : files) {
          String line = digest(file) + "  " + file.getFileName() + "\n";
          all.update(line.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
        sha256 = HexFormat.of().formatHex(all.digest());
      }
    }
    return sha256;
  }

  private static String digest(Path file) throws IOException {
    MessageDigest digest = sha256Digest();
    byte[] window = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(window); read >= 0; read = in.read(window)) {
        digest.update(window, 0, read);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256Digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Deletes what had to be unpacked; the tensors can no longer be read then. */
  @Override
  public void close() throws IOException {
    for (Path file : temporary) {
      Files.deleteIfExists(file);
    }
  }
}
