package dev.dovetail.formats.semantic;

import dev.dovetail.formats.image.BadImageException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Locale;
import java.util.Optional;

/**
 * The valid values in the label maps of a data set.
 *
 * @param classes number of classes
 * @param reduceZeroLabel whether 0 is void and the classes are 1 to {@code classes} (ADE20K);
 *     otherwise, they are 0 to {@code classes - 1}
 * @param ignoreIndex the value of ignored pixels, usually 255
 */
public record LabelRange(int classes, boolean reduceZeroLabel, int ignoreIndex) {

  /**
   * {@return whether the value is a class or marks an ignored pixel}
   *
   * @param value of a pixel
   */
  public boolean holds(int value) {
    return value <= largest() || value == ignoreIndex;
  }

  private int largest() {
    return reduceZeroLabel ? classes : classes - 1;
  }

  /**
   * {@return a sentence about the values that are out of range; empty if there are none}
   *
   * @param map the label map
   * @param file the name of the map in messages
   */
  public Optional<String> complaint(LabelMap map, Path file) {
    BitSet outside = map.values();
    for (int value = 0; value < map.valueCount(); value++) {
      if (holds(value)) {
        outside.clear(value);
      }
    }
    if (outside.isEmpty()) {
      return Optional.empty();
    }
    long wrong = 0;
    for (int i = 0; i < map.size().pixels(); i++) {
      if (outside.get(map.at(i))) {
        wrong++;
      }
    }
    return Optional.of(sentence(file, wrong, outside.length() - 1));
  }

  private String sentence(Path file, long pixels, int largestFound) {
    return String.format(
        Locale.ROOT,
        "the label map %s contains values out of range (up to %d) in %d pixel%s; with %d classes%s"
            + " its values are 0 to %d and %d (ignored)",
        file,
        largestFound,
        pixels,
        pixels == 1 ? "" : "s",
        classes,
        reduceZeroLabel ? " and 0 as void" : "",
        largest(),
        ignoreIndex);
  }

  /**
   * Rejects a map with a value out of range.
   *
   * @param map the label map
   * @param file the name of the map in messages
   * @throws BadImageException with the sentence of {@link #complaint}
   */
  public void require(LabelMap map, Path file) throws BadImageException {
    Optional<String> complaint = complaint(map, file);
    if (complaint.isPresent()) {
      throw new BadImageException(complaint.get());
    }
  }
}
