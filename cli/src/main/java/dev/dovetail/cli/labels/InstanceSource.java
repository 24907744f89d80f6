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
 * A folder of maps of objects: grey PNGs of 16 bits, whose values are the number of the class, from
 * 1 on, times 1000, and the number of the object, from 0 on; 0 stands for nothing.
 */
final class InstanceSource implements LabelSource {

  /** What a class is multiplied with, as in Cityscapes. */
  static final int STEP = 1000;

  private final LabelRequest request;
  private final Map<String, Path> maps;
  private final List<String> classes;

  /**
   * Lists the folder.
   *
   * @throws UsageException if there are no maps, or the classes are not known
   */
  InstanceSource(LabelRequest request) throws IOException {
    this.request = request;
    this.maps = LabelSource.files("--labels", request.labels(), Set.of("png"));
    this.classes = request.classesBeside("classes.txt");
    if (maps.isEmpty()) {
      throw new UsageException("there is no PNG file in the folder " + request.labels());
    }
    if (classes.isEmpty()) {
      throw new UsageException(
          "maps of objects hold numbers: give --classes FILE with the name of a class on each line"
              + " (or have a classes.txt in "
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
                + (" holds the value " + value + "; expected 0, or the number of a class (1 to ")
                + (classes.size() + ") times " + STEP + " and the number of an object"));
      }
      objects.add(LabelledObject.of(classes.get(value / STEP - 1), mask.getValue()));
    }
    return new LabelledImage(
        file.toString(), name, request.imageFile(name, ".jpg"), map.size(), objects);
  }
}
