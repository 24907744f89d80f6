package dev.dovetail.files;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The name of a file as it is written in another file, perhaps on another system: Windows writes
 * {@code val\a.jpg}, a name that went through a URL is {@code val%20set/a.jpg}, and macOS may
 * compose letters and their accents otherwise.
 *
 * @param text as it is written
 */
public record WrittenName(String text) {

  /** {@return the name as it is written and all that it may mean, most likely first} */
  public List<String> readings() {
    Set<String> readings = new LinkedHashSet<>(List.of(text));
    String slashes = text.replace('\\', '/');
    readings.add(slashes);
    decoded(text).ifPresent(readings::add);
    decoded(slashes).ifPresent(readings::add);
    for (String reading : List.copyOf(readings)) {
      readings.add(Normalizer.normalize(reading, Normalizer.Form.NFC));
      readings.add(Normalizer.normalize(reading, Normalizer.Form.NFD));
    }
    return List.copyOf(readings);
  }

  /**
   * The file that the name stands for, in the first reading that exists.
   *
   * @param folder that the name is relative to
   * @return nothing if none does
   * @throws InvalidPathException if the name can be that of no file
   */
  public Optional<Path> find(Path folder) {
    Path written = folder.resolve(text);
    if (Files.exists(written)) {
      return Optional.of(written);
    }
    for (String reading : readings()) {
      try {
        Path file = folder.resolve(reading);
        if (Files.exists(file)) {
          return Optional.of(file);
        }
      } catch (InvalidPathException e) {
        // It decodes to what is no name.
      }
    }
    return Optional.empty();
  }

  /** {@return what is odd in the name, as the end of a sentence; empty if nothing is} */
  public String hint() {
    if (text.indexOf('\\') >= 0) {
      return " (the name has a backslash: was it written on Windows?)";
    }
    return decoded(text).isPresent()
        ? " (the name is percent-encoded: did it go through a URL?)"
        : "";
  }

  /** The text with the bytes of its {@code %20}; nothing if it has none or they are no text. */
  private static Optional<String> decoded(String text) {
    if (!text.matches("(?s).*%\\p{XDigit}{2}.*")) {
      return Optional.empty();
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < bytes.length; i++) {
      int high = bytes[i] == '%' && i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
      int low = high >= 0 ? Character.digit(bytes[i + 2], 16) : -1;
      if (low >= 0) {
        out.write(high << 4 | low);
        i += 2;
      } else {
        out.write(bytes[i]);
      }
    }
    try {
      ByteBuffer decoded = ByteBuffer.wrap(out.toByteArray());
      return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(decoded).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
