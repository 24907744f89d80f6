package dev.dovetail.cli.convert;

import dev.dovetail.cli.convert.LabelSource.Labelled;
import dev.dovetail.data.coco.CocoCategory;
import dev.dovetail.data.coco.CocoDataset;
import dev.dovetail.data.coco.CocoDatasetWriter;
import dev.dovetail.data.coco.CocoFormatException;
import dev.dovetail.data.coco.CocoImage;
import dev.dovetail.data.coco.CocoResultsWriter;
import dev.dovetail.data.coco.LabelledObject;
import dev.dovetail.data.mask.Rle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
    Map<String, Long> ids = ids(categories);
    List<CocoImage> images = new ArrayList<>();
    int objects = 0;
    try (CocoDatasetWriter writer = CocoDatasetWriter.create(out)) {
      for (String name : names) {
        Labelled labelled = source.read(name);
        CocoImage image =
            new CocoImage(
                images.size() + 1,
                labelled.size().width(),
                labelled.size().height(),
                labelled.imageName());
        images.add(image);
        for (LabelledObject object : labelled.objects()) {
          long category = id(ids, object, labelled);
          filled(labelled, () -> writer.annotation(image, category, object));
          objects++;
        }
      }
      writer.finish(images, categories);
    }
    return images.size() + " images, " + objects + " objects, " + categories.size() + " classes";
  }

  /** Detections: the ids are those of a ground truth, found by image name and class name. */
  String writeDetections(Path out, CocoDataset truth) throws IOException {
    Map<String, Long> categories = ids(truth.categories());
    Map<String, CocoImage> images = new HashMap<>();
    truth.images().forEach(image -> images.put(LabelSource.stem(image.fileName()), image));
    int objects = 0;
    boolean masks = false;
    try (CocoResultsWriter writer = CocoResultsWriter.create(out)) {
      for (String name : names) {
        Labelled labelled = source.read(name);
        CocoImage image = images.get(name);
        if (image == null) {
          throw new CocoFormatException(
              labelled.file() + ": " + truth.source() + " has no image of the name " + name);
        }
        for (LabelledObject object : labelled.objects()) {
          boolean mask = object.polygon().length > 0;
          if (objects++ > 0 && mask != masks) {
            throw new CocoFormatException(
                labelled.file() + ": has boxes and outlines; a result list holds one kind");
          }
          masks = mask;
          long category = id(categories, object, labelled);
          filled(labelled, () -> write(writer, image, category, object, labelled));
        }
      }
      writer.finish();
    }
    return names.size() + " images, " + objects + (masks ? " masks" : " boxes");
  }

  private static void write(
      CocoResultsWriter out, CocoImage image, long category, LabelledObject object, Labelled from)
      throws IOException {
    if (!object.hasScore()) {
      throw new CocoFormatException(
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
      throw new CocoFormatException(labelled.file() + ": " + e.getMessage(), e);
    }
  }

  private static Map<String, Long> ids(List<CocoCategory> categories) {
    Map<String, Long> ids = new HashMap<>();
    categories.forEach(category -> ids.put(category.name(), category.id()));
    return ids;
  }

  private static long id(Map<String, Long> ids, LabelledObject object, Labelled labelled)
      throws CocoFormatException {
    Long id = ids.get(object.category());
    if (id == null) {
      throw new CocoFormatException(
          labelled.file() + ": the class \"" + object.category() + "\" is not among the classes");
    }
    return id;
  }
}
