package dev.dovetail.weights.formats;

import dev.dovetail.files.DataFolder;
import dev.dovetail.files.DidYouMean;
import dev.dovetail.files.GitLfsPointer;
import dev.dovetail.files.InputFile;
import dev.dovetail.weights.tensors.CheckpointException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Detects the format of a checkpoint from the first bytes of the file, regardless of its name. */
public final class CheckpointFormats {

  private static final int START = 64;

  /** Names of checkpoints in a directory. If several kinds exist, the first kind is used. */
  private static final List<String> ENDINGS =
      List.of(
          ".safetensors" + ShardedIndex.SUFFIX,
          ShardedIndex.SUFFIX,
          ".safetensors",
          ".pth",
          ".pt",
          ".ckpt",
          ".pth.tar",
          ".bin",
          ".npz",
          ".pkl");

  /** The names that transformers uses. They have precedence over other files in the directory. */
  private static final List<String> USUAL =
      List.of("model.safetensors", "model.safetensors" + ShardedIndex.SUFFIX, "pytorch_model.bin");

  private CheckpointFormats() {}

  /**
   * Reads a file, or the only checkpoint in a directory.
   *
   * @param path a file, or a directory that contains one checkpoint
   * @param key the key of the weights, if the user specified one
   * @return names, shapes and places, without elements
   * @throws IOException if the checkpoint is missing, damaged or of an unknown format
   */
  public static CheckpointContent read(Path path, Optional<String> key) throws IOException {
    if (Files.isDirectory(path)) {
      return read(inFolder(path), key);
    }
    if (!Files.exists(path)) {
      throw new CheckpointException(
          path,
          "does not exist" + DidYouMean.near(path) + "; expected a checkpoint file or directory");
    }
    if (InputFile.isStream(path)) {
      throw new CheckpointException(
          path,
          "is a pipe or a device; specify a regular file, since checkpoints need random access");
    }
    if (isIndex(path)) {
      start(path);
      return ShardedIndex.read(path, shard -> single(shard, Optional.empty())).below(path, key);
    }
    return single(path, key);
  }

  /**
   * {@return the names of the files that an {@code *.index.json} refers to; empty for another file}
   *
   * @param file a file
   * @throws IOException if it is an index and cannot be read
   */
  public static Set<String> shards(Path file) throws IOException {
    return isIndex(file) ? ShardedIndex.files(file) : Set.of();
  }

  /**
   * {@return whether a file name is that of a checkpoint}
   *
   * @param name the name of the file
   */
  public static boolean hasEnding(String name) {
    return ENDINGS.stream().anyMatch(name.toLowerCase(Locale.ROOT)::endsWith);
  }

  private static boolean isIndex(Path file) {
    return file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(ShardedIndex.SUFFIX);
  }

  private static Path inFolder(Path folder) throws IOException {
    for (String name : USUAL) {
      if (Files.isRegularFile(folder.resolve(name))) {
        return folder.resolve(name);
      }
    }
    for (String ending : ENDINGS) {
      List<Path> found =
          DataFolder.files(folder, 1).stream()
              .filter(f -> f.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(ending))
              .toList();
      if (found.size() == 1) {
        return found.get(0);
      }
      if (found.size() > 1) {
        throw new CheckpointException(
            folder,
            "contains several checkpoints, "
                + found.stream().map(f -> f.getFileName().toString()).limit(5).toList()
                + "; specify the one to open");
      }
    }
    throw new CheckpointException(
        folder,
        "contains no checkpoint; expected one *.index.json, *.safetensors, *.pth, *.pt, *.ckpt,"
            + " *.bin, *.npz or *.pkl");
  }

  private static CheckpointContent single(Path file, Optional<String> key) throws IOException {
    byte[] start = start(file);
    if (isSafetensors(file, start)) {
      return SafetensorsHeader.read(file).below(file, key);
    }
    if (startsWith(start, "PK")) {
      return zip(file, key);
    }
    if (NumpyFile.isNumpy(start)) {
      return NumpyFile.npy(file).below(file, key);
    }
    if (start.length > 1 && start[0] == (byte) 0x80 && start[1] > 0 && start[1] <= 5) {
      return TorchFile.pickled(file, key);
    }
    throw new CheckpointException(file, "is not a checkpoint: " + guess(start));
  }

  /**
   * Returns the first bytes of a file.
   *
   * @throws CheckpointException if it is a pointer to the actual file
   */
  private static byte[] start(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      byte[] start = in.readNBytes(START);
      if (GitLfsPointer.begins(start)) {
        throw new CheckpointException(file, GitLfsPointer.PROBLEM);
      }
      return start;
    } catch (NoSuchFileException e) {
      throw new CheckpointException(file, "does not exist", e);
    }
  }

  /**
   * Detects safetensors by its name, or by a length below 4 GB and an opening brace, which no other
   * format starts with.
   */
  private static boolean isSafetensors(Path file, byte[] start) {
    boolean header =
        start.length > 8 && start[8] == '{' && Arrays.equals(start, 4, 8, new byte[4], 0, 4);
    return header
        || file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".safetensors");
  }

  private static CheckpointContent zip(Path file, Optional<String> key) throws IOException {
    try (ZipArchive zip = ZipArchive.open(file)) {
      if (TorchFile.isTorch(zip)) {
        return TorchFile.zip(file, zip, key);
      }
      if (NumpyFile.isNumpy(zip)) {
        return NumpyFile.npz(file, zip).below(file, key);
      }
      throw new CheckpointException(
          file, "is a zip file, but neither PyTorch's (with a data.pkl) nor NumPy's (with *.npy)");
    }
  }

  private static String guess(byte[] start) {
    String text = new String(start, StandardCharsets.US_ASCII);
    if (start.length == 0) {
      return "it is empty";
    }
    if (text.startsWith("{")) {
      return "it is JSON; the index of a checkpoint in several files must have a name that ends"
          + " with .index.json";
    }
    if (text.stripLeading().startsWith("<")) {
      return "it is a web page; the download failed";
    }
    return "expected safetensors, PyTorch (.pth, .pt, .bin) or NumPy (.npz, .npy, .pkl)";
  }

  private static boolean startsWith(byte[] start, String text) {
    return new String(start, StandardCharsets.ISO_8859_1).startsWith(text);
  }
}
