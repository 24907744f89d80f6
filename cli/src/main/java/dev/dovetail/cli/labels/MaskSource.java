package dev.dovetail.cli.labels;

import dev.dovetail.cli.console.UsageException;
import dev.dovetail.files.TextFile;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.LabelledImage;
import dev.dovetail.formats.LabelledObject;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.cityscapes.CityscapesFiles;
import dev.dovetail.formats.cityscapes.CityscapesLabel;
import dev.dovetail.formats.coco.CocoCategory;
import dev.dovetail.formats.mask.IdRuns;
import dev.dovetail.formats.mask.Rle;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.formats.semantic.LabelPng;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A directory of label maps. All pixels of a class in an image form one object. VOC also has maps
 * of individual objects, which are used if available.
 */
final class MaskSource implements LabelSource {

  private static final String OBJECTS = "SegmentationObject";

  private final LabelRequest request;
  private final MaskCoding coding;
  private final Path folder;
  private final Map<String, Path> maps;
  private final List<String> classes;
  private final Map<Integer, Integer> byValue = new HashMap<>();

  /**
   * Lists the directory.
   *
   * @throws UsageException if there are no maps, or the class names are missing
   */
  MaskSource(LabelRequest request, MaskCoding coding) throws IOException {
    this.request = request;
    this.coding = coding;
    this.folder = coding == MaskCoding.VOC ? request.folder("SegmentationClass") : request.labels();
    this.maps = maps();
    this.classes = classes();
    for (int c = 0; c < classes.size(); c++) {
      OptionalInt value = coding.value(c, classes.get(c));
      if (value.isEmpty()) {
        throw new UsageException(
            "\"" + classes.get(c) + "\" is not a Cityscapes label; specify other --classes");
      }
      byValue.put(value.getAsInt(), c);
    }
  }

  private Map<String, Path> maps() throws IOException {
    Map<String, Path> found =
        coding == MaskCoding.CITYSCAPES
            ? CityscapesFiles.maps(folder, CityscapesFiles.Kind.LABEL_IDS)
            : LabelSource.files("--labels", folder, Set.of("png"));
    if (found.isEmpty()) {
      throw new UsageException("no PNG files in the directory " + folder);
    }
    return found;
  }

  private List<String> classes() throws IOException {
    List<String> found = request.classesBeside("classes.txt");
    if (found.isEmpty() && coding == MaskCoding.ADE20K) {
      found = objectInfo(folder.toAbsolutePath().normalize());
    }
    if (!found.isEmpty()) {
      return found;
    }
    return switch (coding) {
      case VOC -> MaskCoding.VOC_CLASSES;
      case CITYSCAPES -> CityscapesLabel.classNames();
      default ->
          throw new UsageException(
              "label maps contain class numbers: specify their names, one per line, with"
                  + " --classes FILE (or put a classes.txt into "
                  + folder
                  + ")");
    };
  }

  /** Finds SceneParse150's list of classes, two directories above the maps. */
  private static List<String> objectInfo(Path maps) throws IOException {
    Path above = maps.getParent() == null ? null : maps.getParent().getParent();
    Path file = above == null ? null : above.resolve("objectInfo150.txt");
    if (file == null || !Files.isRegularFile(file)) {
      return List.of();
    }
    List<String> names = new ArrayList<>();
    for (String line : TextFile.lines(file)) {
      String[] cells = line.split("\t");
      if (cells[0].strip().matches("[0-9]+")) {
        names.add(cells[cells.length - 1].strip());
      }
    }
    return names;
  }

  @Override
  public List<String> names() {
    return List.copyOf(maps.keySet());
  }

  @Override
  public Path folder() {
    return folder;
  }

  @Override
  public List<CocoCategory> categories() {
    return LabelSource.numbered(classes);
  }

  @Override
  public boolean isMaps() {
    return true;
  }

  @Override
  public LabelledImage read(String name) throws IOException {
    Path file = maps.get(name);
    LabelMap map = LabelPng.read(file);
    Size size = map.size();
    List<LabelledObject> objects = new ArrayList<>();
    Optional<Path> instances = instances(name);
    Map<Integer, Rle> masks =
        instances.isPresent()
            ? withoutInstances(objects, map, LabelPng.read(instances.get(), file, size))
            : IdRuns.masks(size.height(), size.width(), map::at);
    for (Map.Entry<Integer, Rle> mask : masks.entrySet()) {
      int value = mask.getKey();
      if (coding.isNothing(value, map, classes)) {
        continue;
      }
      if (!byValue.containsKey(value)) {
        throw new FormatException(
            file
                + (" contains the value " + value + "; expected ")
                + (coding == MaskCoding.ADE20K ? "1 to " + classes.size() : "0 to ")
                + (coding == MaskCoding.ADE20K ? "" : classes.size() - 1)
                + (", or " + coding.nothing(classes.size()) + " for pixels without a class; is the")
                + " list of classes complete?");
      }
      objects.add(LabelledObject.of(classes.get(byValue.get(value)), mask.getValue()));
    }
    return new LabelledImage(file.toString(), name, imageName(name), size, objects);
  }

  private Optional<Path> instances(String name) {
    Path file = folder.resolveSibling(OBJECTS).resolve(name + ".png");
    return coding == MaskCoding.VOC && Files.isRegularFile(file)
        ? Optional.of(file)
        : Optional.empty();
  }

  /**
   * Adds the objects, each with the class of most of its pixels. Returns the masks of the remaining
   * pixels.
   */
  private Map<Integer, Rle> withoutInstances(
      List<LabelledObject> objects, LabelMap map, LabelMap ids) {
    Size size = map.size();
    Map<Integer, List<Rle>> others = new TreeMap<>();
    Map<Integer, SortedMap<Integer, Rle>> byObject = new TreeMap<>();
    IdRuns.masks(size.height(), size.width(), i -> ids.at(i) << 16 | map.at(i))
        .forEach(
            (pair, mask) -> {
              int id = pair >>> 16;
              int value = pair & 0xffff;
              boolean isObject = id != 0 && id != ids.valueCount() - 1;
              if (isObject && value != 0 && byValue.containsKey(value)) {
                byObject.computeIfAbsent(id, i -> new TreeMap<>()).put(value, mask);
              } else {
                others.computeIfAbsent(value, v -> new ArrayList<>()).add(mask);
              }
            });
    for (SortedMap<Integer, Rle> parts : byObject.values()) {
      int best = Collections.max(parts.keySet(), Comparator.comparing(v -> parts.get(v).area()));
      parts.forEach(
          (value, mask) -> {
            if (value == best) {
              objects.add(LabelledObject.of(classes.get(byValue.get(value)), mask));
            } else {
              others.computeIfAbsent(value, v -> new ArrayList<>()).add(mask);
            }
          });
    }
    Map<Integer, Rle> rest = new TreeMap<>();
    others.forEach((value, masks) -> rest.put(value, Rle.union(masks)));
    return rest;
  }

  private String imageName(String name) {
    return request.imageFile(name, coding == MaskCoding.CITYSCAPES ? "_leftImg8bit.png" : ".jpg");
  }
}
