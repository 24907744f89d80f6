package dev.dovetail.eval.state;

import dev.dovetail.files.GitLfsPointer;
import dev.dovetail.files.OutputFile;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

/**
 * A file with the counts of some images of a data set.
 *
 * <p>The format is big-endian: eight letters; the version; a deflated block with the {@link
 * EvaluatedSet}, the covered images and the bytes of the accumulator; and the SHA-256 of everything
 * before it.
 */
public final class StateFile {

  private static final byte[] MAGIC = "DOVESTAT".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final int HEAD = MAGIC.length + Integer.BYTES;
  private static final int CHECK_SUM = 32;
  private static final int BUFFER = 1 << 16;

  private StateFile() {}

  /**
   * Writes a state. An existing file is replaced when the new one is complete.
   *
   * @param file the file
   * @param set the evaluated data set
   * @param covered indices of the finished images of the data set, both accumulated ones and those
   *     without predictions
   * @param accumulator the accumulated counts
   * @throws IOException if it cannot be written
   */
  public static void write(Path file, EvaluatedSet set, BitSet covered, Accumulator accumulator)
      throws IOException {
    MessageDigest digest = Fingerprint.digest();
    try (OutputFile written = OutputFile.create(file)) {
      try (OutputStream raw = written.open()) {
        OutputStream checked = new DigestOutputStream(raw, digest);
        DataOutputStream head = new DataOutputStream(checked);
        head.write(MAGIC);
        head.writeInt(VERSION);
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        DeflaterOutputStream deflated = new DeflaterOutputStream(checked, deflater, BUFFER);
        DataOutputStream body = new DataOutputStream(new BufferedOutputStream(deflated, BUFFER));
        writeSet(body, set);
        writeNames(body, set, covered);
        accumulator.writeTo(body);
        body.flush();
        deflated.finish();
        deflater.end();
        raw.write(digest.digest());
      }
      written.commit();
    }
  }

  private static void writeSet(DataOutputStream out, EvaluatedSet set) throws IOException {
    out.writeUTF(set.type());
    out.writeUTF(set.groundTruth());
    out.writeInt(set.parameters().size());
    for (Map.Entry<String, String> parameter : set.parameters().entrySet()) {
      writeText(out, parameter.getKey());
      writeText(out, parameter.getValue());
    }
  }

  private static void writeText(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  /** Returns the indices by name, because another run may select other images. */
  private static void writeNames(DataOutputStream out, EvaluatedSet set, BitSet covered)
      throws IOException {
    out.writeInt(covered.cardinality());
    for (int image : covered.stream().toArray()) {
      writeText(out, set.images().get(image));
    }
  }

  /**
   * Adds the counts of a file.
   *
   * @param accumulator the accumulator of that evaluation
   * @param covered the images covered so far; those of the file are added
   * @param set the evaluated data set
   * @param file the file
   * @throws StateFormatException if the file is not a state, is damaged, is of another version or
   *     another evaluation, or covers an image that is not in the data set or is already covered;
   *     in this case nothing is added
   */
  public static void addTo(Accumulator accumulator, BitSet covered, EvaluatedSet set, Path file)
      throws IOException {
    verify(file);
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), BUFFER)) {
      raw.skipNBytes(HEAD);
      try (DataInputStream in =
          new DataInputStream(new BufferedInputStream(new InflaterInputStream(raw), BUFFER))) {
        checkSet(file, set, in);
        BitSet more = readNames(file, set, in);
        checkImages(file, set, covered, more);
        accumulator.addFrom(in);
        covered.or(more);
      }
    } catch (EOFException | ZipException e) {
      throw new StateFormatException(file + " is damaged: its content ends early", e);
    }
  }

  private static void verify(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new StateFormatException(
          file
              + (Files.exists(file)
                  ? " is not a regular file, which is required because a state is read twice"
                  : " does not exist"));
    }
    long length = Files.size(file);
    MessageDigest digest = Fingerprint.digest();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] magic = in.readNBytes(MAGIC.length);
      if (!Arrays.equals(magic, MAGIC)) {
        throw new StateFormatException(
            GitLfsPointer.is(file)
                ? file + " " + GitLfsPointer.PROBLEM
                : file + " is not a state; expected a file written by score --save-state");
      }
      if (length < HEAD + CHECK_SUM) {
        throw new StateFormatException(file + " is truncated after " + length + " bytes");
      }
      byte[] version = in.readNBytes(Integer.BYTES);
      int number = new BigInteger(version).intValue();
      if (number != VERSION) {
        throw new StateFormatException(
            String.format(
                Locale.ROOT,
                "%s has version %d of the format, but this program reads version %d; create it"
                    + " again",
                file,
                number,
                VERSION));
      }
      digest.update(magic);
      digest.update(version);
      byte[] buffer = new byte[BUFFER];
      for (long left = length - HEAD - CHECK_SUM; left > 0; ) {
        int n = in.readNBytes(buffer, 0, (int) Math.min(left, buffer.length));
        digest.update(buffer, 0, n);
        left -= n;
        if (n == 0) {
          break;
        }
      }
      if (!Arrays.equals(digest.digest(), in.readAllBytes())) {
        throw new StateFormatException(
            file + " is damaged or truncated: its checksum is wrong; create or copy it again");
      }
    }
  }

  private static void checkSet(Path file, EvaluatedSet set, DataInputStream in) throws IOException {
    String type = in.readUTF();
    String groundTruth = in.readUTF();
    Map<String, String> parameters = new TreeMap<>();
    for (int n = in.readInt(); n > 0; n--) {
      parameters.put(readText(in), readText(in));
    }
    require(type.equals(set.type()), "%s is a state of %s, not of %s", file, type, set.type());
    require(
        groundTruth.equals(set.groundTruth()),
        "%s was created with another ground truth (its SHA-256 begins with %.12s, not %.12s)",
        file,
        groundTruth,
        set.groundTruth());
    Map<String, String> all = new TreeMap<>(parameters);
    all.putAll(set.parameters());
    for (String name : all.keySet()) {
      String theirs = parameters.getOrDefault(name, "none");
      String ours = set.parameters().getOrDefault(name, "none");
      require(
          theirs.equals(ours),
          "%s was created with %s %s, but this run uses %s; score all parts with the same options",
          file,
          name,
          theirs,
          ours);
    }
  }

  private static String readText(DataInputStream in) throws IOException {
    return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
  }

  private static BitSet readNames(Path file, EvaluatedSet set, DataInputStream in)
      throws IOException {
    Map<String, Integer> numbers = new HashMap<>();
    for (int i = 0; i < set.images().size(); i++) {
      numbers.put(set.images().get(i), i);
    }
    BitSet images = new BitSet();
    for (int n = in.readInt(); n > 0; n--) {
      String name = readText(in);
      Integer number = numbers.get(name);
      require(
          number != null,
          "%s covers the image %s, which is not among the images to score; select all images",
          file,
          name);
      images.set(number);
    }
    return images;
  }

  private static void checkImages(Path file, EvaluatedSet set, BitSet covered, BitSet more)
      throws IOException {
    BitSet twice = (BitSet) covered.clone();
    twice.and(more);
    require(
        twice.isEmpty(),
        "%s covers %d images that an earlier state also covers; the first is %s",
        file,
        twice.cardinality(),
        twice.isEmpty() ? "" : set.images().get(twice.nextSetBit(0)));
  }

  private static void require(boolean holds, String otherwise, Object... values)
      throws StateFormatException {
    if (!holds) {
      throw new StateFormatException(String.format(Locale.ROOT, otherwise, values));
    }
  }
}
