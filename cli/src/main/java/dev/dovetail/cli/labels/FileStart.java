package dev.dovetail.cli.labels;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** The first bytes of a plain or gzip file, which identify its format. */
public final class FileStart {

  private static final int LOOK = 1024;

  private static final Pattern LABEL_STUDIO = key("data|annotations|predictions|completions");
  private static final Pattern PREDICTIONS = key("file");
  private static final Pattern LABELME = key("shapes|imagePath|flags");
  private static final Pattern COCO = key("image_id|category_id|images|info");

  private FileStart() {}

  private static Pattern key(String names) {
    return Pattern.compile("\"(" + names + ")\"\\s*:");
  }

  /** Returns the detected format of a file of detections; COCO by default. */
  public static LabelFormat format(Path file) throws IOException {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".csv")) {
      return LabelFormat.CSV;
    }
    String start = text(file);
    if (start.startsWith("<")) {
      return LabelFormat.CVAT;
    }
    if (COCO.matcher(start).find()) {
      return LabelFormat.COCO;
    }
    if (start.startsWith("[")) {
      return PREDICTIONS.matcher(start).find()
          ? LabelFormat.JSON
          : LABEL_STUDIO.matcher(start).find() ? LabelFormat.LABEL_STUDIO : LabelFormat.COCO;
    }
    return LABELME.matcher(start).find() ? LabelFormat.LABELME : LabelFormat.COCO;
  }

  /** Returns the first character that is not white space; 0 if there is none. */
  public static char first(Path file) throws IOException {
    String start = text(file);
    return start.isEmpty() ? 0 : start.charAt(0);
  }

  /**
   * Returns the start of the file without white space and byte order mark; empty if the file cannot
   * be read.
   */
  private static String text(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return "";
    }
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), LOOK)) {
      raw.mark(2);
      boolean gzip = raw.read() == 0x1f && raw.read() == 0x8b;
      raw.reset();
      try (InputStream text = gzip ? new GZIPInputStream(raw) : raw) {
        byte[] bytes = text.readNBytes(LOOK);
        int at = 0;
        while (at < bytes.length && bytes[at] <= ' ') { // neither white space nor a byte order mark
          at++;
        }
        return new String(bytes, at, bytes.length - at, StandardCharsets.ISO_8859_1);
      }
    } catch (ZipException | EOFException e) {
      return ""; // the reader reports the error
    }
  }
}
