package dev.dovetail.cli.labels;

import dev.dovetail.formats.LabelledImage;
import dev.dovetail.formats.LabelledObject;
import dev.dovetail.formats.coco.CocoCategory;
import dev.dovetail.formats.coco.CocoIds;
import dev.dovetail.formats.coco.CocoImage;
import dev.dovetail.formats.panoptic.IdMap;
import dev.dovetail.formats.panoptic.IdPng;
import dev.dovetail.formats.panoptic.PanopticAnnotation;
import dev.dovetail.formats.panoptic.PanopticCategory;
import dev.dovetail.formats.panoptic.PanopticDataset;
import dev.dovetail.formats.panoptic.PanopticDatasetWriter;
import dev.dovetail.formats.panoptic.PanopticSegment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes COCO's panoptic format: {@code panoptic.json} and the directory {@code panoptic} with a
 * PNG file of segment ids for each image. An image has one segment for each stuff class. Ids are
 * numbers from 1; the ids of predictions are the names of images and categories.
 */
final class PanopticTarget implements LabelTarget {

  private static final String PNG = ".png";

  /** An image and its segments. */
  private record Written(LabelledImage image, List<PanopticSegment> segments) {}

  private final TargetRequest request;
  private final Map<String, CocoCategory> categories = new HashMap<>();
  private final ObjectPainter painter;
  private final List<Written> images = new ArrayList<>();

  PanopticTarget(TargetRequest request) {
    this.request = request;
    this.painter = new ObjectPainter(request.warnings());
    request.categories().forEach(category -> categories.put(category.name(), category));
  }

  @Override
  public void add(LabelledImage image) throws IOException {
    Map<String, Integer> stuff = new HashMap<>();
    List<LabelledObject> segments = new ArrayList<>();
    int[] ids =
        painter.paint(
            image,
            0,
            (object, number) -> {
              if (!request.stuff().contains(object.category()) || object.difficult()) {
                segments.add(object);
                return segments.size();
              }
              return stuff.computeIfAbsent(
                  object.category(),
                  name -> {
                    segments.add(object);
                    return segments.size();
                  });
            });
    int[] areas = new int[segments.size() + 1];
    for (int id : ids) {
      areas[id]++;
    }
    List<PanopticSegment> seen = new ArrayList<>();
    for (int id = 1; id < areas.length; id++) {
      if (areas[id] > 0) {
        LabelledObject object = segments.get(id - 1);
        long category = categories.get(object.category()).id();
        seen.add(new PanopticSegment(id, category, areas[id], object.difficult()));
      }
    }
    Path file = FolderTarget.file(request.out().resolve("panoptic"), image, PNG);
    IdPng.write(file, new IdMap(image.size(), ids));
    images.add(new Written(image.with(List.of()), seen));
  }

  @Override
  public void finish() throws IOException {
    Path file = request.out().resolve("panoptic.json");
    images.sort(Comparator.comparing(written -> written.image().name()));
    List<CocoImage> listed = new ArrayList<>();
    List<PanopticAnnotation> annotations = new ArrayList<>();
    for (Written written : images) {
      LabelledImage image = written.image();
      int id = listed.size() + 1;
      Object key = request.detections() ? image.fileName() : (Object) (long) id;
      listed.add(new CocoImage(id, image.size().width(), image.size().height(), image.fileName()));
      annotations.add(
          new PanopticAnnotation(
              file.toString(), id, image.name().replace('\\', '/') + PNG, written.segments(), key));
    }
    List<PanopticCategory> named = new ArrayList<>();
    for (CocoCategory c : request.categories()) {
      Object key = request.detections() ? c.name() : (Object) c.id();
      named.add(new PanopticCategory(c.id(), c.name(), !request.stuff().contains(c.name()), key));
    }
    PanopticDatasetWriter.write(
        file, listed, new PanopticDataset(file.toString(), named, annotations, CocoIds.NUMBERS));
  }

  @Override
  public void close() {
    // Each file is written atomically.
  }
}
