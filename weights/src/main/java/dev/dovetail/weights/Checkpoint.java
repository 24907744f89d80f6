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
 * An opened checkpoint: its tensors by name, which are not read yet, and its metadata.
 *
 * <p>Supported formats are safetensors, in one file or in several with an {@code *.index.json};
 * PyTorch's zip format and legacy format; NumPy's {@code .npz} and {@code .npy}. The state dict of
 * a PyTorch file may be at the top level or under a key such as {@code state_dict} or {@code
 * model}. Prefixes that training wrappers add to the names ({@code module.} at the start, {@code
 * _orig_mod.} anywhere) are removed.
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
   * Opens a file, an {@code *.index.json}, or a directory that contains one checkpoint. Only names,
   * shapes and offsets are read.
   *
   * @param path a file, or a directory that contains one checkpoint
   * @return the checkpoint, without its elements
   * @throws IOException if the checkpoint is missing, damaged or of an unknown format; the message
   *     contains the location, the cause and what was expected
   */
  public static Checkpoint open(Path path) throws IOException {
    return open(path, Optional.empty());
  }

  /**
   * Opens the weights under a key of a file that contains several sets of weights.
   *
   * @param path as for {@link #open(Path)}
   * @param key the keys of the nested dictionaries, separated by dots, such as {@code ema.module},
   *     and the prefix of the tensors' names; {@code ema_} selects the averages that mmcv's {@code
   *     EMAHook} stores in addition to the weights
   * @return the checkpoint, without its elements
   * @throws IOException also if there are no weights under the key; the message lists the available
   *     keys
   */
  public static Checkpoint open(Path path, Optional<String> key) throws IOException {
    boolean averages = key.isPresent() && key.get().equals(Wrappers.AVERAGE);
    CheckpointContent content = CheckpointFormats.read(path, averages ? Optional.empty() : key);
    if (content.tensors().isEmpty()) {
      throw new CheckpointException(path, "contains no tensors");
    }
    Wrappers names = Wrappers.of(content.tensors(), averages);
    if (averages && names.equals(Wrappers.of(content.tensors(), false))) {
      throw NamePrefix.unknown(path, Wrappers.AVERAGE, NamePrefix.first(names.tensors().keySet()));
    }
    return new Checkpoint(path, content, names);
  }

  /** {@return the path that was opened} */
  public Path path() {
    return path;
  }

  /** {@return the files of the checkpoint} */
  public List<Path> files() {
    return files;
  }

  /** {@return the tensors by name, in file order} */
  public Map<String, StoredTensor> tensors() {
    return tensors;
  }

  /** {@return the dotted key of the tensors; empty if they are at the top level} */
  public String key() {
    return key;
  }

  /**
   * {@return the keys of other weights in the file, which {@link #open(Path, Optional)} accepts}
   */
  public List<String> otherKeys() {
    return others;
  }

  /** {@return the prefixes that were removed from the names, such as {@code module.}} */
  public Set<String> droppedFromNames() {
    return wrappers.dropped();
  }

  /**
   * Returns tensors that are not weights, each with the reason.
   *
   * @return reasons by the tensors' names
   */
  public Map<String, String> leftOut() {
    return wrappers.leftOut();
  }

  /**
   * Returns the metadata, unmodifiable: {@code __metadata__} of a safetensors file, or the contents
   * of a PyTorch file other than its state dict. Values are Map, List, String, Long, BigInteger,
   * Double, Boolean, null, read-only ByteBuffer, {@link StoredTensor}, or {@link OpaqueObject} for
   * a class that is not instantiated.
   *
   * @return the metadata by name
   */
  public Map<String, @Nullable Object> meta() {
    return meta;
  }

  /**
   * {@return the names of a detector's training classes: {@code meta.CLASSES} of mmcv, {@code
   * meta.dataset_meta} of mmengine}
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
   * Returns the SHA-256 of the file in hexadecimal, computed on the first call. For a checkpoint in
   * several files, it is the hash of the lines {@code HASH NAME\n} of its files.
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

  /** Deletes unpacked files. The tensors cannot be read afterwards. */
  @Override
  public void close() throws IOException {
    for (Path file : temporary) {
      Files.deleteIfExists(file);
    }
  }
}
