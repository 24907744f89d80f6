package dev.dovetail.formats.datasets;

import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.cityscapes.CityscapesLabel;
import dev.dovetail.formats.mask.IdRuns;
import dev.dovetail.formats.mask.Rle;
import dev.dovetail.formats.panoptic.IdMap;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.formats.semantic.LabelPng;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;

/**
 * A file {@code *_instanceIds.png} of Cityscapes: the pixels of each object, group of objects and
 * label.
 *
 * @param masks by the value in the file: a label id, or a label id times 1000 plus a number
 */
record InstanceMap(Path file, Size size, SortedMap<Integer, Rle> masks) {

  /**
   * Reads a file.
   *
   * @throws FormatException if a value is not of a label
   */
  static InstanceMap read(Path file) throws IOException {
    LabelMap map = LabelPng.read(file);
    SortedMap<Integer, Rle> masks = IdRuns.masks(map.size().height(), map.size().width(), map::at);
    for (int value : masks.keySet()) {
      label(file, value);
    }
    return new InstanceMap(file, map.size(), masks);
  }

  /** Reads files on all processors. */
  static List<InstanceMap> readAll(Collection<Path> files) throws IOException {
    try {
      return files.parallelStream().map(InstanceMap::unchecked).toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static InstanceMap unchecked(Path file) {
    try {
      return read(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static CityscapesLabel label(Path file, int value) throws FormatException {
    return CityscapesLabel.ofInstance(value)
        .orElseThrow(
            () ->
                new FormatException(
                    file
                        + (" contains "
                            + value
                            + ", which is not a value of a Cityscapes label; expected the id")
                        + (" of a label, 0 to " + (CityscapesLabel.ALL.size() - 1) + ", or such an")
                        + " id times 1000 plus the number of an instance"));
  }

  CityscapesLabel label(int value) {
    return CityscapesLabel.ofInstance(value).orElseThrow();
  }

  /**
   * Returns a file as a panoptic map. Its values are the segment ids, and ignored pixels are void
   * ({@code createPanopticImgs} in cityscapesScripts).
   */
  static IdMap segments(Path file) throws IOException {
    LabelMap map = LabelPng.read(file);
    int[] ids = new int[Math.toIntExact(map.size().pixels())];
    int last = -1;
    int id = 0;
    for (int i = 0; i < ids.length; i++) {
      int value = map.at(i);
      if (value != last) {
        id = label(file, value).isIgnored() ? 0 : value;
        last = value;
      }
      ids[i] = id;
    }
    return new IdMap(map.size(), ids);
  }
}
