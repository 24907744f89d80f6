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
 * A file name that is stored in another file, possibly by another system. Windows writes {@code
 * val\a.jpg}, a URL contains {@code val%20set/a.jpg}, and macOS may compose accented letters
 * differently.
 *
 * @param text the stored name
 */
public record WrittenName(String text) {

  /** {@return the stored name, followed by its other possible readings, most likely first} */
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
   * Finds the file, using the first reading that exists.
   *
   * @param folder the directory that the name is relative to
   * @return the file; empty if no reading exists
   * @throws InvalidPathException if the name is not a valid path
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
        // Decodes to an invalid path.
      }
    }
    return Optional.empty();
  }

  /** {@return a hint about the unusual name, to end a sentence with; empty if it is not unusual} */
  public String hint() {
    if (text.indexOf('\\') >= 0) {
      return " (the name contains a backslash: was it written on Windows?)";
    }
    return decoded(text).isPresent()
        ? " (the name is percent-encoded: was it taken from a URL?)"
        : "";
  }

  /**
   * Returns the name with {@code %20} and similar sequences decoded; empty if it contains none or
   * the bytes are not valid text.
   */
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
