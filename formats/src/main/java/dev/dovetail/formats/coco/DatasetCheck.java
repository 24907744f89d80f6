package dev.dovetail.formats.coco;

import dev.dovetail.formats.Box;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.mask.Segmentation;
import java.util.HashMap;
import java.util.Map;

/** Counts the anomalies of a ground truth that the reference tools accept. */
final class DatasetCheck {

  private final CocoDataset dataset;
  private final CocoIds ids;
  private final Warnings warnings;
  private final IdIndex images = new IdIndex();
  private final IdIndex categories = new IdIndex();

  private DatasetCheck(CocoDataset dataset, Warnings warnings) {
    this.dataset = dataset;
    this.ids = dataset.ids();
    this.warnings = warnings;
    dataset.images().forEach(image -> images.add(image.id()));
    dataset.categories().forEach(category -> categories.add(category.id()));
  }

  static void check(CocoDataset dataset, Warnings warnings) throws FormatException {
    DatasetCheck check = new DatasetCheck(dataset, warnings);
    check.images();
    for (int i = 0; i < dataset.annotations().size(); i++) {
      check.annotation(i);
    }
  }

  private void images() throws FormatException {
    Map<String, Integer> names = new HashMap<>();
    for (int i = 0; i < dataset.images().size(); i++) {
      CocoImage image = dataset.images().get(i);
      int number = i;
      if (image.width() == 0 || image.height() == 0) {
        warnings.add(
            "images with width or height 0 (their annotations are scored unchanged)",
            () -> image(number) + ": " + image.width() + "x" + image.height());
      }
      Integer first = image.fileName().isEmpty() ? null : names.putIfAbsent(image.fileName(), i);
      if (first != null) {
        warnings.add(
            "images with the file_name of another image (scored as two images)",
            () ->
                image(number)
                    + ".file_name: "
                    + image.fileName()
                    + ", same as images["
                    + first
                    + "]");
      }
    }
  }

  private String image(int number) {
    String id = ids.images().text(dataset.images().get(number).id());
    return dataset.source() + ": images[" + number + "] (id " + id + ")";
  }

  private void annotation(int index) throws FormatException {
    CocoAnnotation annotation = dataset.annotations().get(index);
    if (annotation.id() == 0) {
      warn("annotation id 0 (the COCO tools count a detection matched to it as false)", index, "");
    }
    int image = images.get(annotation.imageId());
    if (image < 0) {
      warn(
          "annotations of an image that is not listed (ignored, as in the COCO tools)",
          index,
          ", image_id " + ids.images().text(annotation.imageId()));
    }
    if (categories.get(annotation.categoryId()) < 0) {
      warn(
          "annotations of a category that is not listed (ignored, as in the COCO tools)",
          index,
          ", category_id " + ids.categories().text(annotation.categoryId()));
    }
    if (annotation.area() < 0) {
      warn(
          "areas below 0 (in no size class and thus ignored, as in the COCO tools)",
          index,
          ", area " + annotation.area());
    }
    if (!annotation.box().isAbsent()) {
      box(index, annotation.box(), image);
    }
    segmentation(index, annotation.segmentation(), image);
    keypoints(index, annotation.keypoints());
  }

  private void keypoints(int index, Keypoints keypoints) throws FormatException {
    int visible = keypoints.visible();
    if (keypoints.labelled() >= 0 && keypoints.labelled() != visible) {
      warn(
          "num_keypoints that differ from the number of visible keypoints (only whether they are 0"
              + " matters)",
          index,
          ", num_keypoints " + keypoints.labelled() + ", visible " + visible);
    }
  }

  private void box(int index, Box box, int image) throws FormatException {
    if (box.width() < 0 || box.height() < 0) {
      warn(
          "boxes with negative width or height (kept unchanged; are corners swapped?)",
          index,
          ", bbox " + box);
    } else if (box.width() == 0 || box.height() == 0) {
      warn("boxes without area (kept unchanged)", index, ", bbox " + box);
    }
    if (image < 0 || dataset.images().get(image).width() <= 0) {
      return;
    }
    CocoImage size = dataset.images().get(image);
    if (box.x() < 0
        || box.y() < 0
        || box.x() + box.width() > size.width()
        || box.y() + box.height() > size.height()) {
      warn(
          "boxes that extend beyond their image (scored unchanged, not clipped)",
          index,
          ", bbox " + box + " in " + size.width() + "x" + size.height());
    }
  }

  private void segmentation(int index, Segmentation segmentation, int image)
      throws FormatException {
    if (segmentation instanceof Segmentation.Polygons polygons) {
      for (double[] part : polygons.parts()) {
        if (part.length < 6 || part.length % 2 != 0) {
          warn(
              "polygons of fewer than three points, or an odd number of values",
              index,
              ", " + part.length + " numbers");
          return;
        }
      }
    } else if (segmentation instanceof Segmentation.CompressedRle rle) {
      size(index, rle.height(), rle.width(), image);
    } else if (segmentation instanceof Segmentation.UncompressedRle rle) {
      size(index, rle.height(), rle.width(), image);
    }
  }

  private void size(int index, int height, int width, int image) throws FormatException {
    if (image < 0) {
      return;
    }
    CocoImage size = dataset.images().get(image);
    if (size.width() >= 0 && (size.width() != width || size.height() != height)) {
      warn(
          "masks whose size differs from their image (kept; they overlap with nothing)",
          index,
          ", " + width + "x" + height + " in " + size.width() + "x" + size.height());
    }
  }

  private void warn(String kind, int index, String detail) throws FormatException {
    warnings.add(kind, () -> dataset.describe(index) + detail);
  }
}
