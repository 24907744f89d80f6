package dev.dovetail.weights.formats;

import dev.dovetail.weights.formats.Pickled.Dictionary;
import dev.dovetail.weights.formats.Pickled.Storage;
import dev.dovetail.weights.formats.Pickled.View;
import dev.dovetail.weights.tensors.CheckpointException;
import dev.dovetail.weights.tensors.FileBytes;
import dev.dovetail.weights.tensors.Region;
import dev.dovetail.weights.tensors.StoredTensor;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Reads files written by {@code torch.save}: since PyTorch 1.6, a zip file with a pickle program
 * and one entry per storage; before that, a sequence of pickle programs followed by the storages.
 *
 * @see <a href="https://github.com/pytorch/pytorch/blob/v2.3.0/torch/serialization.py">
 *     torch/serialization.py</a>
 */
final class TorchFile {

  private static final String PROGRAM = "data.pkl";

  /** The result of the first program of a legacy file. */
  private static final BigInteger LEGACY_MAGIC = new BigInteger("119547037146038801333356");

  private static final long LEGACY_PROTOCOL = 1001;

  private final Path file;
  private final Storages storages;
  private final ByteOrder order;

  private TorchFile(Path file, Storages storages, ByteOrder order) {
    this.file = file;
    this.storages = storages;
    this.order = order;
  }

  /** Returns the location of the storage with this key. */
  @FunctionalInterface
  private interface Storages {
    Region locate(String key) throws IOException;
  }

  /** Returns whether the archive was written by {@code torch.save}. */
  static boolean isTorch(ZipArchive zip) {
    return zip.entries().stream().anyMatch(entry -> isProgram(entry.name()));
  }

  private static boolean isProgram(String name) {
    return name.equals(PROGRAM)
        || name.endsWith("/" + PROGRAM)
            && name.indexOf('/') == name.length() - PROGRAM.length() - 1;
  }

  /** Reads a file of PyTorch 1.6 or later. */
  static CheckpointContent zip(Path file, ZipArchive zip, Optional<String> key) throws IOException {
    List<String> programs =
        zip.entries().stream().map(ZipArchive.Entry::name).filter(TorchFile::isProgram).toList();
    if (programs.size() != 1) {
      throw new CheckpointException(file, "has more than one pickle program: " + programs);
    }
    String program = programs.get(0);
    String folder = program.substring(0, program.length() - PROGRAM.length());
    if (zip.find(folder + "constants.pkl").isPresent()) {
      throw new CheckpointException(
          file,
          "is a TorchScript program rather than a checkpoint; save the model's state_dict()"
              + " instead");
    }
    ZipUnpacker unpacker = new ZipUnpacker(file, zip);
    try {
      boolean big =
          zip.find(folder + "byteorder").isPresent() && isBig(unpacker.bytes(folder + "byteorder"));
      try (PickleInput input = new PickleInput(unpacker.bytes(program))) {
        Object root = PickleMachine.run(input, new PickleClasses(input));
        Storages storages = name -> unpacker.bytes(folder + "data/" + name);
        CheckpointContent content = new TorchFile(file, storages, order(big)).content(root, key);
        return content.with(unpacker.temporary());
      }
    } catch (IOException | RuntimeException e) {
      unpacker.discard();
      throw e;
    }
  }

  private static boolean isBig(Region stated) throws IOException {
    return stated.bytes() == 3
        && StandardCharsets.US_ASCII.decode(FileBytes.read(stated)).toString().equals("big");
  }

  /**
   * Reads a file that starts with a pickle program: one of PyTorch before 1.6 or in its format, or
   * a dictionary of NumPy arrays as published by detectron2.
   */
  static CheckpointContent pickled(Path file, Optional<String> key) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        PickleInput input = new PickleInput(new Region(file, 0, channel.size()))) {
      PickleClasses arrays = new PickleClasses(input, true);
      Object first = PickleMachine.run(input, arrays);
      if (first instanceof Dictionary dictionary) {
        return new TorchFile(file, arrays.stretches()::get, ByteOrder.LITTLE_ENDIAN)
            .content(StateDict.withArrays(file, dictionary), key);
      }
      if (!LEGACY_MAGIC.equals(first)) {
        throw new CheckpointException(
            file,
            "is a pickle file, but neither one of torch.save nor a dictionary of NumPy arrays;"
                + " save it again with torch.save or as safetensors");
      }
      PickleClasses classes = new PickleClasses(input);
      Object protocol = PickleMachine.run(input, classes);
      if (!Long.valueOf(LEGACY_PROTOCOL).equals(protocol)) {
        throw new CheckpointException(
            file, "has another legacy PyTorch format than the supported one, " + LEGACY_PROTOCOL);
      }
      Object system = PickleMachine.run(input, classes);
      boolean big =
          system instanceof Dictionary d && Boolean.FALSE.equals(d.entries().get("little_endian"));
      Object root = PickleMachine.run(input, classes);
      Object keys = PickleMachine.run(input, classes);
      Map<String, Region> places =
          legacyPlaces(file, channel, keys, classes.storages(), input.position(), order(big));
      return new TorchFile(file, places::get, order(big)).content(root, key);
    }
  }

  /**
   * Reads the storages, which follow the programs in the order of the keys, each after its element
   * count.
   */
  private static Map<String, Region> legacyPlaces(
      Path file,
      FileChannel channel,
      Object keys,
      Map<String, Storage> known,
      long start,
      ByteOrder order)
      throws IOException {
    Map<String, Region> places = new HashMap<>();
    long position = start;
    for (Object key : keys instanceof List<?> list ? list : List.of()) {
      Storage storage = key instanceof String name ? known.get(name) : null;
      if (storage == null) {
        throw new CheckpointException(
            file, "has a storage at byte " + position + " that is not described");
      }
      ByteBuffer count = FileBytes.read(channel, file, position, 8);
      long elements = count.order(order).getLong();
      long left = channel.size() - position - 8;
      if (elements != storage.elements() || elements < 0 || elements > left / storage.unit()) {
        throw new CheckpointException(
            file,
            String.format(
                Locale.ROOT,
                "has at byte %d a storage %s of %d elements; expected %d of %d bytes, but %d"
                    + " bytes are left: it is truncated or damaged",
                position,
                CheckpointException.quote(storage.key()),
                elements,
                storage.elements(),
                storage.unit(),
                left));
      }
      places.put(storage.key(), new Region(file, position + 8, elements * storage.unit()));
      position += 8 + elements * storage.unit();
    }
    for (String key : known.keySet()) {
      if (!places.containsKey(key)) {
        throw new CheckpointException(
            file, "lacks the storage " + CheckpointException.quote(key) + " of its tensors");
      }
    }
    return places;
  }

  private static ByteOrder order(boolean big) {
    return big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
  }

  private CheckpointContent content(Object root, Optional<String> key) throws IOException {
    StateDict dict = StateDict.find(file, root, key);
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, View> entry : dict.tensors().entrySet()) {
      tensors.put(entry.getKey(), tensor(entry.getKey(), entry.getValue()));
    }
    Map<String, Object> meta = new LinkedHashMap<>();
    PlainValues plain = new PlainValues(file, this::tensor);
    for (Map.Entry<String, Object> entry : dict.rest().entrySet()) {
      meta.put(entry.getKey(), plain.of(entry.getValue(), entry.getKey()));
    }
    return new CheckpointContent(
        List.of(file), tensors, meta, dict.key(), dict.others(), List.of());
  }

  private StoredTensor tensor(String name, View view) throws IOException {
    Storage storage = view.storage();
    Region bytes = storages.locate(storage.key());
    long first = storage.first();
    long start;
    long length;
    try {
      start = Math.multiplyExact(first, storage.unit());
      length = Math.multiplyExact(storage.elements(), storage.unit());
    } catch (ArithmeticException e) {
      start = -1;
      length = -1;
    }
    if (start < 0 || length < 0 || start > bytes.bytes() || length > bytes.bytes() - start) {
      throw new CheckpointException(
          file,
          String.format(
              Locale.ROOT,
              "tensor %s is in storage %s, declared as %d elements of %d bytes from element %d,"
                  + " but the file contains %d bytes of it: it is truncated or damaged",
              CheckpointException.quote(name),
              CheckpointException.quote(storage.key()),
              storage.elements(),
              storage.unit(),
              first,
              bytes.bytes()));
    }
    Region part = new Region(bytes.file(), bytes.offset() + start, length);
    return StoredTensor.view(
        name, view.type(), view.shape(), view.strides(), part, view.first(), order);
  }
}
