package dev.dovetail.weights;

import dev.dovetail.files.DataFolder;
import dev.dovetail.files.InputFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Finds a checkpoint's format by what the file starts with, whatever its name. */
final class CheckpointFormats {

  private static final int START = 16;

  /** What a checkpoint in a folder may be called; of an earlier kind it hides later ones. */
  private static final List<String> ENDINGS =
      List.of(
          ".safetensors" + ShardedIndex.SUFFIX,
          ShardedIndex.SUFFIX,
          ".safetensors",
          ".pth",
          ".pt",
          ".bin",
          ".npz",
          ".pkl");

  /** The names that transformers gives, which win where a folder holds other files too. */
  private static final List<String> USUAL =
      List.of("model.safetensors", "model.safetensors" + ShardedIndex.SUFFIX, "pytorch_model.bin");

  private CheckpointFormats() {}

  /** Reads a file, or the one checkpoint in a folder. */
  static Content read(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      return read(inFolder(path));
    }
    if (!Files.exists(path)) {
      throw new CheckpointException(path, "does not exist; expected a checkpoint file or folder");
    }
    if (InputFile.isStream(path)) {
      throw new CheckpointException(
          path, "is a pipe or a device; a checkpoint is read here and there, so give a file");
    }
    return path.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(ShardedIndex.SUFFIX)
        ? ShardedIndex.read(path, CheckpointFormats::single)
        : single(path);
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
            "holds several checkpoints, "
                + found.stream().map(f -> f.getFileName().toString()).limit(5).toList()
                + ": name the one to open");
      }
    }
    throw new CheckpointException(
        folder,
        "holds no checkpoint: expected one *.index.json, *.safetensors, *.pth, *.pt, *.bin, *.npz or *.pkl");
  }

  private static Content single(Path file) throws IOException {
    byte[] start;
    try (var in = Files.newInputStream(file)) {
      start = in.readNBytes(START);
    } catch (NoSuchFileException e) {
      throw new CheckpointException(file, "does not exist", e);
    }
    if (isSafetensors(file, start)) {
      return SafetensorsHeader.read(file);
    }
    if (startsWith(start, "PK")) {
      return zip(file);
    }
    if (NumpyFile.isNumpy(start)) {
      return NumpyFile.npy(file);
    }
    if (start.length > 1 && start[0] == (byte) 0x80 && start[1] > 0 && start[1] <= 5) {
      return TorchFile.pickled(file);
    }
    throw new CheckpointException(file, "is not a checkpoint: " + guess(start));
  }

  /**
   * By its name, or a length below 4 GB and an opening brace, which no other format starts with.
   */
  private static boolean isSafetensors(Path file, byte[] start) {
    boolean header =
        start.length > 8 && start[8] == '{' && Arrays.equals(start, 4, 8, new byte[4], 0, 4);
    return header
        || file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".safetensors");
  }

  private static Content zip(Path file) throws IOException {
    try (ZipArchive zip = ZipArchive.open(file)) {
      if (TorchFile.isTorch(zip)) {
        return TorchFile.zip(file, zip);
      }
      if (NumpyFile.isNumpy(zip)) {
        return NumpyFile.npz(file, zip);
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
    if (text.startsWith("version https")) {
      return "it is a Git LFS pointer; fetch the file itself";
    }
    if (text.startsWith("{")) {
      return "it is JSON; the index of a checkpoint in several files is named *.index.json";
    }
    if (text.stripLeading().startsWith("<")) {
      return "it is a web page; the download went wrong";
    }
    return "expected safetensors, PyTorch (.pth, .pt, .bin) or NumPy (.npz, .npy, .pkl)";
  }

  private static boolean startsWith(byte[] start, String text) {
    return new String(start, StandardCharsets.ISO_8859_1).startsWith(text);
  }
}
