package dev.dovetail.cli.inputs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/**
 * The first bytes of a file, which identify its type if the name does not.
 *
 * @param text the first bytes, one character each
 */
record FirstBytes(String text) {

  private static final int LENGTH = 64;

  /** Video containers: Matroska and WebM, Flash, MPEG, Windows Media, Ogg. */
  private static final Set<String> VIDEOS =
      Set.of("\u001A\u0045\u00DF\u00A3", "FLV", "\0\0\1\u00BA", "\u0030\u0026\u00B2\u0075", "OggS");

  /** Position of the type in MP4 and QuickTime files, and the types that are single images. */
  private static final int BOX = 4;

  private static final Set<String> PICTURES = Set.of("heic", "heix", "mif1", "avif");

  static FirstBytes of(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return new FirstBytes(new String(in.readNBytes(LENGTH), StandardCharsets.ISO_8859_1));
    }
  }

  /** Returns whether the file is a video in one of the common formats. */
  boolean isVideo() {
    boolean mp4 =
        text.startsWith("ftyp", BOX)
            && PICTURES.stream().noneMatch(kind -> text.startsWith(kind, 2 * BOX));
    boolean avi = text.startsWith("RIFF") && text.startsWith("AVI ", 2 * BOX);
    return mp4 || avi || VIDEOS.stream().anyMatch(text::startsWith);
  }

  /** Returns whether the file is a web page. */
  boolean isWebPage() {
    String start = text.strip().toLowerCase(Locale.ROOT);
    return start.startsWith("<!doctype html") || start.startsWith("<html");
  }
}
