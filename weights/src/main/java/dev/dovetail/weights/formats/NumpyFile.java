package dev.dovetail.weights.formats;

import dev.dovetail.core.DType;
import dev.dovetail.weights.tensors.CheckpointException;
import dev.dovetail.weights.tensors.FileBytes;
import dev.dovetail.weights.tensors.Region;
import dev.dovetail.weights.tensors.Shapes;
import dev.dovetail.weights.tensors.StoredTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads NumPy's {@code .npy} (one array) and {@code .npz} (a zip file of arrays). Arrays of strings
 * or Python objects are not read; the metadata contains an {@link OpaqueObject} for each.
 *
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">
 *     numpy.lib.format</a>
 */
final class NumpyFile {

  private static final String SUFFIX = ".npy";
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int MAX_HEADER = 1 << 20;

  /**
   * The header that NumPy writes: {@code {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4),
   * }}.
   */
  private static final Pattern DESCR = Pattern.compile("'descr':\\s*'([<>|=])([a-zA-Z]\\w*)'");

  private static final Pattern FORTRAN = Pattern.compile("'fortran_order':\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape':\\s*\\(([\\d,\\sL]*)\\)");

  private NumpyFile() {}

  static boolean isNumpy(byte[] start) {
    return start.length >= MAGIC.length
        && java.util.Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
  }

  static boolean isNumpy(ZipArchive zip) {
    return zip.entries().stream().anyMatch(entry -> entry.name().endsWith(SUFFIX));
  }

  /** Reads a single array. Its name is that of the file without extension. */
  static CheckpointContent npy(Path file) throws IOException {
    String fileName = file.getFileName().toString();
    String name =
        fileName.endsWith(SUFFIX)
            ? fileName.substring(0, fileName.length() - SUFFIX.length())
            : fileName;
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    Map<String, Object> meta = new LinkedHashMap<>();
    add(file, name, new Region(file, 0, Files.size(file)), tensors, meta);
    return new CheckpointContent(List.of(file), tensors, meta);
  }

  /** Reads the arrays of an archive, in the order of their positions. */
  static CheckpointContent npz(Path file, ZipArchive zip) throws IOException {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    Map<String, Object> meta = new LinkedHashMap<>();
    ZipUnpacker unpacker = new ZipUnpacker(file, zip);
    try {
      for (ZipArchive.Entry entry : zip.entries()) {
        if (entry.name().endsWith(SUFFIX)) {
          String name = entry.name().substring(0, entry.name().length() - SUFFIX.length());
          add(file, name, unpacker.bytes(entry.name()), tensors, meta);
        }
      }
      return new CheckpointContent(List.of(file), tensors, meta).with(unpacker.temporary());
    } catch (IOException | RuntimeException e) {
      unpacker.discard();
      throw e;
    }
  }

  private static void add(
      Path file,
      String name,
      Region bytes,
      Map<String, StoredTensor> tensors,
      Map<String, Object> meta)
      throws IOException {
    String array = "array " + CheckpointException.quote(name);
    ByteBuffer start = FileBytes.read(part(bytes, 0, Math.min(12, bytes.bytes())));
    if (!isNumpy(start.array()) || start.limit() < 12) {
      throw new CheckpointException(
          file, "contains in " + array + " no NumPy header: it is truncated");
    }
    boolean short16 = start.get(6) == 1;
    long length = short16 ? start.getShort(8) & 0xffff : start.getInt(8) & 0xffffffffL;
    long headerStart = short16 ? 10 : 12;
    if (length > MAX_HEADER || length > bytes.bytes() - headerStart) {
      throw new CheckpointException(
          file,
          String.format(
              Locale.ROOT,
              "declares for %s a header of %d bytes; at most %d are read and %d are left",
              array,
              length,
              MAX_HEADER,
              bytes.bytes() - headerStart));
    }
    ByteBuffer headerBytes = FileBytes.read(part(bytes, headerStart, length));
    String header = StandardCharsets.UTF_8.decode(headerBytes).toString();
    Matcher descr = DESCR.matcher(header);
    Matcher fortran = FORTRAN.matcher(header);
    Matcher shape = SHAPE.matcher(header);
    if (!fortran.find() || !shape.find()) {
      throw new CheckpointException(
          file,
          String.format(
              Locale.ROOT,
              "has for %s a header without order or shape: %s",
              array,
              CheckpointException.quote(header)));
    }
    Optional<DType> type = descr.find() ? NumpyValues.type(descr.group(2)) : Optional.empty();
    if (type.isEmpty()) {
      meta.put(name, new OpaqueObject("numpy.ndarray"));
      return;
    }
    List<Long> dimensions = dimensions(file, array, shape.group(1));
    long dataStart = headerStart + length;
    Region data = part(bytes, dataStart, bytes.bytes() - dataStart);
    boolean big = descr.group(1).equals(">");
    tensors.put(
        name,
        StoredTensor.view(
            name,
            type.get(),
            dimensions,
            strides(file, array, dimensions, fortran.group(1).equals("True")),
            data,
            0,
            big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN));
  }

  private static List<Long> dimensions(Path file, String array, String text)
      throws CheckpointException {
    List<Long> dimensions = new ArrayList<>();
    for (String dimension : text.split("[,\\sL]+")) {
      if (!dimension.isEmpty()) {
        if (dimension.length() > 18 || dimensions.size() == Shapes.MAX_RANK) {
          throw new CheckpointException(
              file,
              String.format(
                  Locale.ROOT,
                  "has for %s an impossible shape %s",
                  array,
                  CheckpointException.quote(text)));
        }
        dimensions.add(Long.parseLong(dimension));
      }
    }
    return dimensions;
  }

  private static List<Long> strides(Path file, String array, List<Long> shape, boolean fortran)
      throws CheckpointException {
    try {
      return fortran ? Shapes.columnMajor(shape) : Shapes.rowMajor(shape);
    } catch (ArithmeticException e) {
      throw new CheckpointException(
          file,
          String.format(
              Locale.ROOT,
              "has for %s a shape %s of more elements than a 64-bit number counts",
              array,
              Shapes.text(shape)),
          e);
    }
  }

  private static Region part(Region bytes, long start, long length) {
    return new Region(bytes.file(), bytes.offset() + start, length);
  }
}
