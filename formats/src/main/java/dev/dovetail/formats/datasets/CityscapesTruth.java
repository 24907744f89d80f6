package dev.dovetail.formats.datasets;

import dev.dovetail.formats.Box;
import dev.dovetail.formats.cityscapes.CityscapesFiles;
import dev.dovetail.formats.cityscapes.CityscapesLabel;
import dev.dovetail.formats.coco.CocoAnnotation;
import dev.dovetail.formats.coco.CocoAnnotation.Crowd;
import dev.dovetail.formats.coco.CocoCategory;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.coco.CocoIds;
import dev.dovetail.formats.coco.CocoImage;
import dev.dovetail.formats.coco.IdNames;
import dev.dovetail.formats.coco.Keypoints;
import dev.dovetail.formats.mask.Rle;
import dev.dovetail.formats.mask.Segmentation;
import dev.dovetail.formats.panoptic.IdMap;
import dev.dovetail.formats.panoptic.PanopticAnnotation;
import dev.dovetail.formats.panoptic.PanopticCategory;
import dev.dovetail.formats.panoptic.PanopticDataset;
import dev.dovetail.formats.panoptic.PanopticSegment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/**
 * The ground truth in a directory of {@code *_instanceIds.png}, such as {@code gtFine/val},
 * converted to COCO's formats. Category ids are Cityscapes' label ids.
 */
public final class CityscapesTruth {

  private final Path folder;
  private final List<String> cores;
  private final List<InstanceMap> maps;

  private CityscapesTruth(Path folder, List<String> cores, List<InstanceMap> maps) {
    this.folder = folder;
    this.cores = cores;
    this.maps = maps;
  }

  /**
   * Reads the maps on all processors.
   *
   * @param folder the directory
   * @return the ground truth
   * @throws IOException if there is no such map, or one contains a value of no label
   */
  public static CityscapesTruth read(Path folder) throws IOException {
    SortedMap<String, Path> files = CityscapesFiles.maps(folder, CityscapesFiles.Kind.INSTANCE_IDS);
    return new CityscapesTruth(
        folder, List.copyOf(files.keySet()), InstanceMap.readAll(files.values()));
  }

  /** {@return the images by the common prefix of their files' paths, sorted} */
  public List<String> cores() {
    return cores;
  }

  /** {@return the maps, in the order of the images} */
  public List<Path> files() {
    return maps.stream().map(InstanceMap::file).toList();
  }

  /**
   * {@return the objects of the eight classes; groups are crowds} Images are numbered from 1 in
   * order, and have the names of their files below {@code leftImg8bit/val}.
   */
  public CocoDataset objects() {
    return dataset(false);
  }

  /**
   * {@return the objects and the ignored pixels} The ignored pixels are an annotation of each class
   * with {@code ignore}, which is not a crowd.
   */
  public CocoDataset objectsAndVoid() {
    return dataset(true);
  }

  private CocoDataset dataset(boolean withVoid) {
    List<CocoCategory> things =
        CityscapesLabel.ALL.stream()
            .filter(CityscapesLabel::isThing)
            .map(label -> new CocoCategory(label.id(), label.name(), label.category()))
            .toList();
    List<CocoImage> images = new ArrayList<>();
    List<CocoAnnotation> annotations = new ArrayList<>();
    for (InstanceMap map : maps) {
      String name = CityscapesFiles.image(cores.get(images.size()));
      CocoImage image =
          new CocoImage(images.size() + 1, map.size().width(), map.size().height(), name);
      images.add(image);
      map.masks()
          .forEach(
              (value, mask) -> {
                CityscapesLabel label = map.label(value);
                if (label.isThing()) {
                  Crowd crowd = CityscapesLabel.isInstance(value) ? Crowd.NO : Crowd.YES;
                  annotations.add(
                      annotation(annotations.size() + 1, image, label.id(), mask, crowd, false));
                }
              });
      if (withVoid) {
        ignored(map).forEach(mask -> things.forEach(t -> addVoid(annotations, image, t, mask)));
      }
    }
    return new CocoDataset(folder.toString(), images, things, annotations);
  }

  /**
   * Returns the pixels of ignored labels without those of their instances, as in cityscapesScripts.
   */
  private static List<Rle> ignored(InstanceMap map) {
    List<Rle> masks = new ArrayList<>();
    map.masks()
        .forEach(
            (value, mask) -> {
              if (!CityscapesLabel.isInstance(value) && map.label(value).isIgnored()) {
                masks.add(mask);
              }
            });
    return masks.isEmpty() ? masks : List.of(Rle.union(masks));
  }

  private static void addVoid(
      List<CocoAnnotation> annotations, CocoImage image, CocoCategory category, Rle mask) {
    annotations.add(annotation(annotations.size() + 1, image, category.id(), mask, Crowd.NO, true));
  }

  private static CocoAnnotation annotation(
      long id, CocoImage image, long category, Rle mask, Crowd crowd, boolean ignore) {
    Rle.Box box = mask.box();
    CocoAnnotation.Shape shape =
        new CocoAnnotation.Shape(
            new Box(box.x(), box.y(), box.width(), box.height()),
            mask.area(),
            new Segmentation.UncompressedRle(mask.height(), mask.width(), mask.runs()),
            Keypoints.ABSENT);
    return new CocoAnnotation(id, image.id(), category, shape, crowd, ignore);
  }

  /**
   * {@return the segments in the format of {@code createPanopticImgs} in cityscapesScripts: image
   * ids are strings such as {@code frankfurt_000000_000294}}
   *
   * @throws IOException if two images have the same name
   */
  public PanopticDataset segments() throws IOException {
    List<String> names = cores.stream().map(CityscapesTruth::name).toList();
    IdNames ids = IdNames.ascending(names);
    List<PanopticCategory> categories =
        CityscapesLabel.classes().stream()
            .map(label -> new PanopticCategory(label.id(), label.name(), label.hasInstances()))
            .toList();
    Set<String> seen = new HashSet<>();
    List<PanopticAnnotation> annotations = new ArrayList<>();
    for (int i = 0; i < maps.size(); i++) {
      String name = names.get(i);
      if (!seen.add(name)) {
        throw new IOException(maps.get(i).file() + " is a second annotation of the image " + name);
      }
      annotations.add(
          new PanopticAnnotation(
              maps.get(i).file().toString(),
              ids.find(name).orElseThrow(),
              CityscapesFiles.panoptic(name),
              segments(maps.get(i)),
              name));
    }
    return new PanopticDataset(
        folder.toString(),
        categories,
        annotations,
        new CocoIds(ids, IdNames.NUMBERS, IdNames.NUMBERS));
  }

  private static List<PanopticSegment> segments(InstanceMap map) {
    List<PanopticSegment> segments = new ArrayList<>();
    for (Map.Entry<Integer, Rle> segment : map.masks().entrySet()) {
      int value = segment.getKey();
      CityscapesLabel label = map.label(value);
      if (!label.isIgnored()) {
        boolean group = label.hasInstances() && !CityscapesLabel.isInstance(value);
        segments.add(new PanopticSegment(value, label.id(), segment.getValue().area(), group));
      }
    }
    return segments;
  }

  private static String name(String core) {
    return core.substring(core.lastIndexOf('/') + 1);
  }

  /**
   * Reads the map of the segments of an image.
   *
   * @param file one of {@link #files}
   * @return the values of the file; 0 for pixels that evaluations ignore
   * @throws IOException if it cannot be read
   */
  public static IdMap segments(Path file) throws IOException {
    return InstanceMap.segments(file);
  }
}
