package dev.dovetail.cli.convert;

import dev.dovetail.cli.convert.LabelSource.Labelled;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.LabelledObject;
import dev.dovetail.formats.coco.CocoAnnotation;
import dev.dovetail.formats.coco.CocoCategory;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.coco.CocoDatasetWriter;
import dev.dovetail.formats.coco.CocoImage;
import dev.dovetail.formats.coco.CocoResultsWriter;
import dev.dovetail.formats.mask.Rle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Writes a data set as COCO's files, image by image. */
final class Conversion {

  private final LabelSource source;
  private final List<String> names;

  Conversion(LabelSource source, List<String> names) {
    this.source = source;
    this.names = names;
  }

  /** Ground truth: images count from 1 in their order, categories in the order of the classes. */
  String writeTruth(Path out) throws IOException {
    List<CocoCategory> categories = new ArrayList<>();
    for (String name : source.classes()) {
      categories.add(new CocoCategory(categories.size() + 1, name, ""));
    }
    Map<String, List<CocoCategory>> byName = byName(categories, CocoCategory::name);
    Map<String, Path> labels = new HashMap<>();
    List<CocoImage> images = new ArrayList<>();
    int objects = 0;
    try (CocoDatasetWriter writer = CocoDatasetWriter.create(out)) {
      for (String name : names) {
        Labelled labelled = source.read(name);
        requireFirst(labels, labelled.imageName(), labelled);
        CocoImage image =
            new CocoImage(
                images.size() + 1,
                labelled.size().width(),
                labelled.size().height(),
                labelled.imageName());
        images.add(image);
        for (LabelledObject object : labelled.objects()) {
          long category = category(byName, object, labelled);
          filled(labelled, () -> writer.annotation(image, category, object));
          objects++;
        }
      }
      writer.finish(images, categories);
    }
    return counts(images.size(), objects, categories.size());
  }

  /** Objects whose pixels are known; ids are those of the data set. */
  static String writeObjects(Path out, CocoDataset dataset) throws IOException {
    Map<Long, CocoImage> images = new HashMap<>();
    dataset.images().forEach(image -> images.put(image.id(), image));
    try (CocoDatasetWriter writer = CocoDatasetWriter.create(out)) {
      for (CocoAnnotation a : dataset.annotations()) {
        CocoImage image = images.get(a.imageId());
        Rle mask = a.segmentation().toRle(image.height(), image.width());
        writer.annotation(image, a.categoryId(), mask, a.crowd());
      }
      writer.finish(dataset.images(), dataset.categories());
    }
    return counts(images.size(), dataset.annotations().size(), dataset.categories().size());
  }

  private static String counts(int images, int objects, int classes) {
    return images + " images, " + objects + " objects, " + classes + " classes";
  }

  /** Detections: the ids are those of a ground truth, found by image name and class name. */
  String writeDetections(Path out, CocoDataset truth) throws IOException {
    Map<String, List<CocoCategory>> categories = byName(truth.categories(), CocoCategory::name);
    PathIndex<CocoImage> images = new PathIndex<>();
    truth.images().forEach(image -> images.add(PathIndex.stem(image.fileName()), image));
    Map<String, Path> labels = new HashMap<>();
    int objects = 0;
    boolean masks = false;
    try (CocoResultsWriter writer = CocoResultsWriter.create(out, truth.ids())) {
      for (String name : names) {
        Labelled labelled = source.read(name);
        CocoImage image =
            one(images.find(name), name, labelled, truth.source() + " has %s image of the name ");
        requireFirst(labels, image.fileName(), labelled);
        for (LabelledObject object : labelled.objects()) {
          boolean mask = object.polygon().length > 0;
          if (objects++ > 0 && mask != masks) {
            throw new FormatException(
                labelled.file() + ": has boxes and outlines; a result list holds one kind");
          }
          masks = mask;
          long category = category(categories, object, labelled);
          filled(labelled, () -> write(writer, image, category, object, labelled));
        }
      }
      writer.finish();
    }
    return names.size() + " images, " + objects + (masks ? " masks" : " boxes");
  }

  private static void requireFirst(Map<String, Path> labels, String image, Labelled labelled)
      throws FormatException {
    Path other = labels.put(image, labelled.file());
    if (other != null) {
      throw new FormatException(
          labelled.file()
              + (": is about the image \"" + image + "\", as is " + other)
              + "; an image has one file of labels");
    }
  }

  private static void write(
      CocoResultsWriter out, CocoImage image, long category, LabelledObject object, Labelled from)
      throws IOException {
    if (!object.hasScore()) {
      throw new FormatException(
          from.file() + ": a " + object.category() + " has no <confidence>, so it is no detection");
    }
    if (object.polygon().length > 0) {
      Rle mask = Rle.ofPolygon(image.height(), image.width(), object.polygon());
      out.mask(image.id(), category, object.score(), mask);
    } else {
      out.box(
          image.id(),
          category,
          object.score(),
          object.box().x(),
          object.box().y(),
          object.box().width(),
          object.box().height());
    }
  }

  private interface Writing {
    void run() throws IOException;
  }

  /** Names the file whose outline cannot be filled. */
  private static void filled(Labelled labelled, Writing writing) throws IOException {
    try {
      writing.run();
    } catch (IllegalArgumentException e) {
      throw new FormatException(labelled.file() + ": " + e.getMessage(), e);
    }
  }

  private static <T> Map<String, List<T>> byName(List<T> all, Function<T, String> name) {
    return all.stream().collect(Collectors.groupingBy(name));
  }

  private static long category(
      Map<String, List<CocoCategory>> byName, LabelledObject object, Labelled labelled)
      throws FormatException {
    String name = object.category();
    List<CocoCategory> found = byName.getOrDefault(name, List.of());
    return one(found, name, labelled, "there is %s class of the name ").id();
  }

  /**
   * The only one of a name.
   *
   * @param problem what is wrong if there is no such one, or more than one
   */
  private static <T> T one(List<T> found, String name, Labelled labelled, String problem)
      throws FormatException {
    if (found.size() != 1) {
      throw new FormatException(
          labelled.file()
              + ": "
              + problem.replace("%s", found.isEmpty() ? "no" : "more than one")
              + ('"' + name + '"'));
    }
    return found.get(0);
  }
}
