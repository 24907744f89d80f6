package dev.dovetail.cli.labels;

import dev.dovetail.cli.console.UsageException;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.LabelledImage;
import dev.dovetail.formats.LabelledObject;
import dev.dovetail.formats.coco.CocoCategory;
import dev.dovetail.formats.mask.IdRuns;
import dev.dovetail.formats.mask.Rle;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.formats.semantic.LabelPng;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A directory of instance maps: 16-bit gray PNGs with the values {@code class * 1000 + instance},
 * where classes count from 1 and instances from 0. The value 0 is void.
 */
final class InstanceSource implements LabelSource {

  /** The factor of the class, as in Cityscapes. */
  static final int STEP = 1000;

  private final LabelRequest request;
  private final Map<String, Path> maps;
  private final List<String> classes;

  /**
   * Lists the directory.
   *
   * @throws UsageException if there are no maps, or the class names are missing
   */
  InstanceSource(LabelRequest request) throws IOException {
    this.request = request;
    this.maps = LabelSource.files("--labels", request.labels(), Set.of("png"));
    this.classes = request.classesBeside("classes.txt");
    if (maps.isEmpty()) {
      throw new UsageException("no PNG files in the directory " + request.labels());
    }
    if (classes.isEmpty()) {
      throw new UsageException(
          "instance maps contain class numbers: specify their names, one per line, with"
              + " --classes FILE (or put a classes.txt into "
              + request.labels()
              + ")");
    }
  }

  @Override
  public List<String> names() {
    return List.copyOf(maps.keySet());
  }

  @Override
  public Path folder() {
    return request.labels();
  }

  @Override
  public List<CocoCategory> categories() {
    return LabelSource.numbered(classes);
  }

  @Override
  public LabelledImage read(String name) throws IOException {
    Path file = maps.get(name);
    LabelMap map = LabelPng.read(file);
    List<LabelledObject> objects = new ArrayList<>();
    for (Map.Entry<Integer, Rle> mask :
        IdRuns.masks(map.size().height(), map.size().width(), map::at).entrySet()) {
      int value = mask.getKey();
      if (value == 0) {
        continue;
      }
      if (value < STEP || value / STEP > classes.size()) {
        throw new FormatException(
            file
                + (" contains the value " + value + "; expected 0, or the class (1 to ")
                + (classes.size() + ") times " + STEP + " plus the instance"));
      }
      objects.add(LabelledObject.of(classes.get(value / STEP - 1), mask.getValue()));
    }
    return new LabelledImage(
        file.toString(), name, request.imageFile(name, ".jpg"), map.size(), objects);
  }
}
