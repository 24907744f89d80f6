package dev.dovetail.formats.coco;

import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.mask.Segmentation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads the value of a field {@code segmentation}. */
final class SegmentationReader {

  private static final String FIELD = "segmentation";

  private boolean empty;

  /** Reads the value. */
  Segmentation read(JsonSource in) throws IOException {
    empty = false;
    if (in.isNull()) {
      return Segmentation.Absent.INSTANCE;
    }
    return switch (in.kind()) {
      case LIST -> polygons(in);
      case OBJECT -> rle(in);
      case TEXT -> throw text(in);
      default -> throw in.error(FIELD, "expected polygons or run lengths, found " + in.found());
    };
  }

  /** Returns whether the last value, which was invalid, is an empty string or object. */
  boolean wasEmpty() {
    return empty;
  }

  private FormatException text(JsonSource in) throws IOException {
    String found = in.found();
    empty = in.text(FIELD).isEmpty();
    return in.error(FIELD, "expected polygons or run lengths, found " + found);
  }

  private Segmentation polygons(JsonSource in) throws IOException {
    in.expectArray(FIELD);
    List<double[]> parts = new ArrayList<>(1);
    while (in.nextElement()) {
      if (in.kind() != JsonSource.Kind.LIST) {
        throw in.error(
            FIELD, "expected a list of polygons [x0, y0, x1, y1, …], found " + in.found());
      }
      parts.add(in.finites(FIELD));
    }
    return parts.isEmpty()
        ? Segmentation.Absent.INSTANCE
        : new Segmentation.Polygons(parts.toArray(double[][]::new));
  }

  private Segmentation rle(JsonSource in) throws IOException {
    in.expectObject(FIELD);
    empty = true;
    int[] size = null;
    byte[] compressed = null;
    int[] runs = null;
    for (String name = in.nextField(); name != null; name = in.nextField()) {
      empty = false;
      switch (name) {
        case "size" -> size = size(in);
        case "counts" -> {
          compressed = null;
          runs = null;
          if (in.kind() == JsonSource.Kind.TEXT) {
            compressed = in.ascii(FIELD + ".counts");
          } else {
            runs = runs(in);
          }
        }
        default -> in.skip();
      }
    }
    if (size == null || (compressed == null && runs == null)) {
      throw in.error(FIELD, "run lengths need both \"size\" and \"counts\"");
    }
    return compressed != null
        ? new Segmentation.CompressedRle(size[0], size[1], compressed)
        : new Segmentation.UncompressedRle(size[0], size[1], runs);
  }

  private static int[] size(JsonSource in) throws IOException {
    in.expectArray(FIELD + ".size");
    int[] size = new int[2];
    int n = 0;
    while (in.nextElement()) {
      int value = in.size(FIELD + ".size");
      if (n < 2) {
        size[n] = value;
      }
      n++;
    }
    if (n != 2) {
      throw in.error(FIELD + ".size", "has " + n + " numbers; expected two: height, width");
    }
    return size;
  }

  private static int[] runs(JsonSource in) throws IOException {
    in.expectArray(FIELD + ".counts");
    int[] runs = new int[64];
    int n = 0;
    while (in.nextElement()) {
      if (n == runs.length) {
        runs = Arrays.copyOf(runs, 2 * n);
      }
      runs[n++] = in.size(FIELD + ".counts");
    }
    return Arrays.copyOf(runs, n);
  }
}
