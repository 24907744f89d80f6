package dev.dovetail.cli.inputs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/**
 * How a file begins, which tells what it is where its name does not.
 *
 * @param text its first bytes, one character each
 */
record FirstBytes(String text) {

  private static final int LENGTH = 64;

  /** Containers of frames: Matroska and WebM, Flash, MPEG, Windows Media, Ogg. */
  private static final Set<String> VIDEOS =
      Set.of("\u001A\u0045\u00DF\u00A3", "FLV", "\0\0\1\u00BA", "\u0030\u0026\u00B2\u0075", "OggS");

  /** Where MP4 and QuickTime say what they are, and the kinds among them that are one picture. */
  private static final int BOX = 4;

  private static final Set<String> PICTURES = Set.of("heic", "heix", "mif1", "avif");

  static FirstBytes of(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return new FirstBytes(new String(in.readNBytes(LENGTH), StandardCharsets.ISO_8859_1));
    }
  }

  /** Whether it is a file of frames, of the kinds that are usual. */
  boolean isVideo() {
    boolean mp4 =
        text.startsWith("ftyp", BOX)
            && PICTURES.stream().noneMatch(kind -> text.startsWith(kind, 2 * BOX));
    boolean avi = text.startsWith("RIFF") && text.startsWith("AVI ", 2 * BOX);
    return mp4 || avi || VIDEOS.stream().anyMatch(text::startsWith);
  }

  /** Whether it is what a browser shows as a page. */
  boolean isWebPage() {
    String start = text.strip().toLowerCase(Locale.ROOT);
    return start.startsWith("<!doctype html") || start.startsWith("<html");
  }
}
