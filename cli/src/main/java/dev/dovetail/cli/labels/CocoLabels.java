package dev.dovetail.cli.labels;

import dev.dovetail.cli.console.UsageException;
import dev.dovetail.formats.Box;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.LabelledImage;
import dev.dovetail.formats.LabelledObject;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.coco.CocoAnnotation;
import dev.dovetail.formats.coco.CocoAnnotation.Crowd;
import dev.dovetail.formats.coco.CocoCategory;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.coco.CocoImage;
import dev.dovetail.formats.coco.CocoResults;
import dev.dovetail.formats.coco.Keypoints;
import dev.dovetail.formats.mask.Rle;
import dev.dovetail.formats.mask.Segmentation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads COCO files as labeled images. */
final class CocoLabels {

  private final CocoDataset dataset;
  private final LabelRequest request;
  private final Map<Long, String> categories = new HashMap<>();
  private final Map<Long, List<LabelledObject>> objects = new HashMap<>();
  private final Map<Long, Size> sizes = new HashMap<>();

  private CocoLabels(CocoDataset dataset, LabelRequest request) throws IOException {
    this.dataset = dataset;
    this.request = request;
    dataset.categories().forEach(c -> categories.put(c.id(), c.name()));
    for (CocoImage image : dataset.images()) {
      objects.put(image.id(), new ArrayList<>());
      sizes.put(image.id(), size(image));
    }
  }

  /** Returns the objects of a ground truth. */
  static List<LabelledImage> of(CocoDataset dataset, LabelRequest request) throws IOException {
    CocoLabels labels = new CocoLabels(dataset, request);
    for (int i = 0; i < dataset.annotations().size(); i++) {
      labels.add(i, dataset.annotations().get(i));
    }
    return labels.images();
  }

  /** Returns the detections of a result list for the images of a ground truth. */
  static List<LabelledImage> of(CocoResults results, CocoDataset truth, LabelRequest request)
      throws IOException {
    CocoLabels labels = new CocoLabels(truth, request);
    CocoResults matched = results.matchedTo(truth, request.warnings());
    for (int row = 0; row < matched.size(); row++) {
      labels.add(row, matched);
    }
    return labels.images();
  }

  private List<LabelledImage> images() {
    List<LabelledImage> images = new ArrayList<>();
    for (CocoImage image : dataset.images()) {
      String file = fileName(image);
      images.add(
          new LabelledImage(
              dataset.source() + ": " + file,
              LabelledImage.stem(file),
              file,
              sizes.get(image.id()),
              objects.get(image.id())));
    }
    return images;
  }

  private String fileName(CocoImage image) {
    return image.fileName().isEmpty() ? dataset.ids().images().text(image.id()) : image.fileName();
  }

  private Size size(CocoImage image) throws IOException {
    if (image.width() > 0 && image.height() > 0) {
      return new Size(image.height(), image.width());
    }
    String name = fileName(image);
    return request
        .sizes()
        .find(name)
        .orElseThrow(
            () ->
                new FormatException(
                    dataset.source()
                        + (": the image \""
                            + name
                            + "\" has no width and height; specify the directory")
                        + " of images with --images"));
  }

  private void add(int index, CocoAnnotation a) throws IOException {
    String category = categories.get(a.categoryId());
    if (category == null || !objects.containsKey(a.imageId())) {
      return; // already counted when the file was read
    }
    if (a.keypoints() != Keypoints.ABSENT && a.keypoints().values().length > 0) {
      request.warnings().add("keypoints (ignored)", () -> dataset.describe(index));
    }
    LabelledObject object = object(category, a.box(), a.segmentation(), a.imageId());
    if (object == null) {
      request
          .warnings()
          .add("annotations without box and segmentation (ignored)", () -> dataset.describe(index));
      return;
    }
    objects.get(a.imageId()).add(object.withDifficult(a.crowd() == Crowd.YES));
  }

  private void add(int row, CocoResults results) throws IOException {
    String category = categories.get(results.categoryId(row));
    long image = results.imageId(row);
    if (!objects.containsKey(image)) {
      throw new FormatException(
          results.describe(row)
              + (".image_id: " + image + " is not an image of " + dataset.source()));
    }
    if (category == null) {
      request
          .warnings()
          .add(
              "detections of an unlisted category (ignored)",
              () -> results.describe(row) + ", category " + results.category(row));
      return;
    }
    double[] b = new double[4];
    results.box(row, b, 0);
    Box box = results.hasBox(row) ? new Box(b[0], b[1], b[2], b[3]) : Box.ABSENT;
    LabelledObject object = object(category, box, results.segmentation(row), image);
    if (object == null) {
      throw new FormatException(results.describe(row) + ": expected a box or a segmentation");
    }
    objects.get(image).add(object.withScore(results.score(row)));
  }

  /** Returns null if the object has no location. */
  private LabelledObject object(String category, Box box, Segmentation segmentation, long image) {
    if (box.isAbsent() && segmentation instanceof Segmentation.Absent) {
      return null;
    }
    Box known = box;
    if (box.isAbsent()) {
      Size size = sizes.get(image);
      Rle.Box b = segmentation.toRle(size.height(), size.width()).box();
      known = new Box(b.x(), b.y(), b.width(), b.height());
    }
    return new LabelledObject(category, known, segmentation, Double.NaN, false);
  }

  /**
   * Creates a ground truth from a result list that contains image and category names.
   *
   * @throws UsageException if the list does not contain category names
   */
  static CocoDataset imagesAsTruth(CocoResults results, LabelRequest request) throws IOException {
    List<String> names = request.classes().isEmpty() ? results.categoryNames() : request.classes();
    if (request.images() == null || results.size() > 0 && names.isEmpty()) {
      throw new UsageException(
          request.labels()
              + " is a list of results: specify its ground truth with --detections-of G, or, if"
              + " its rows have \"file_name\" and \"category_name\", the directory of images"
              + " with --images");
    }
    List<CocoImage> images = new ArrayList<>();
    for (String name : request.images().names()) {
      Size size = request.images().size(name);
      String file = request.images().fileName(name);
      images.add(new CocoImage(images.size() + 1, size.width(), size.height(), file));
    }
    List<CocoCategory> categories = LabelSource.numbered(names);
    return new CocoDataset(request.images().folder().toString(), images, categories, List.of());
  }
}
