package dev.dovetail.cli.browse;

import dev.dovetail.cli.console.UsageException;
import dev.dovetail.cli.labels.DetectionFiles;
import dev.dovetail.cli.labels.Images;
import dev.dovetail.cli.labels.LabelSource;
import dev.dovetail.eval.analysis.DetectionAnalysis;
import dev.dovetail.eval.browse.DoubtGallery;
import dev.dovetail.eval.browse.SetGallery;
import dev.dovetail.eval.browse.SetStatistics;
import dev.dovetail.eval.coco.matching.CocoOverlaps;
import dev.dovetail.eval.coco.params.CocoParams;
import dev.dovetail.eval.coco.params.IouType;
import dev.dovetail.eval.gallery.DetectionGallery;
import dev.dovetail.eval.gallery.PhotoFolder;
import dev.dovetail.eval.report.BrowseSections;
import dev.dovetail.eval.report.Section;
import dev.dovetail.formats.Box;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.LabelledImage;
import dev.dovetail.formats.LabelledObject;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.CocoAnnotation;
import dev.dovetail.formats.coco.CocoAnnotation.Crowd;
import dev.dovetail.formats.coco.CocoCategory;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.coco.CocoImage;
import dev.dovetail.formats.coco.CocoResults;
import dev.dovetail.formats.coco.Keypoints;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A data set with objects.
 *
 * @param dataset the images and their objects; without annotations, only the images
 * @param images the directory of the images
 */
record BrowsedObjects(CocoDataset dataset, Path images) implements BrowsedSet {

  /**
   * Reads a data set in any format.
   *
   * @param files finds the files of images; null if the annotations contain their exact paths
   * @param images the directory of the images
   * @throws IOException if a file cannot be read
   */
  static BrowsedObjects of(LabelSource source, @Nullable Images files, Path images)
      throws IOException {
    List<CocoCategory> categories = source.categories();
    Map<String, Long> ids = new HashMap<>();
    categories.forEach(category -> ids.put(category.name(), category.id()));
    List<CocoImage> listed = new ArrayList<>();
    List<CocoAnnotation> objects = new ArrayList<>();
    for (String name : source.names()) {
      LabelledImage image = source.read(name);
      Size size = image.size();
      String named = image.fileName();
      String file = files == null ? named : files.path(named).orElse(named);
      long id = listed.size() + 1L;
      listed.add(new CocoImage(id, size.width(), size.height(), file));
      for (LabelledObject object : image.objects()) {
        Long category = ids.get(object.category());
        if (category == null) {
          throw new FormatException(
              image.source()
                  + (": the class \"" + object.category() + "\" is not in the list of classes"));
        }
        objects.add(annotation(objects.size() + 1L, id, category, object, size));
      }
    }
    return new BrowsedObjects(
        new CocoDataset(source.folder().toString(), listed, categories, objects), images);
  }

  private static CocoAnnotation annotation(
      long id, long image, long category, LabelledObject object, Size size) {
    Box box = object.box();
    double area = object.hasMask() ? object.mask(size).area() : box.width() * box.height();
    CocoAnnotation.Shape shape =
        new CocoAnnotation.Shape(box, area, object.segmentation(), Keypoints.ABSENT);
    Crowd crowd = object.difficult() ? Crowd.YES : Crowd.NO;
    return new CocoAnnotation(id, image, category, shape, crowd, false);
  }

  @Override
  public Pages pages(PhotoFolder photos, Optional<Path> predictions, Warnings warnings)
      throws IOException {
    SetStatistics statistics = SetStatistics.of(dataset);
    if (predictions.isEmpty()) {
      return new Pages(
          new SetGallery(dataset, photos),
          pairs -> BrowseSections.of(statistics, BrowseSections.Unit.OBJECTS, pairs));
    }
    DoubtGallery doubts = new DoubtGallery(detections(predictions.get(), photos, warnings));
    return new Pages(
        doubts,
        pairs -> {
          List<Section> sections =
              new ArrayList<>(BrowseSections.of(statistics, BrowseSections.Unit.OBJECTS, pairs));
          sections.add(1, BrowseSections.doubts(doubts.counts(), doubts.info().score()));
          return sections;
        });
  }

  private DetectionGallery detections(Path file, PhotoFolder photos, Warnings warnings)
      throws IOException {
    if (dataset.categories().isEmpty()) {
      throw new UsageException(
          "PREDICTIONS are compared with annotations, but " + dataset.source() + " has none");
    }
    CocoResults results = DetectionFiles.read(dataset, file, false, warnings);
    CocoOverlaps overlaps =
        new CocoOverlaps(
            dataset, results, CocoParams.of(IouType.BBOX), DetectionAnalysis.MAX_DETECTIONS);
    return new DetectionGallery(dataset, overlaps, DetectionAnalysis.of(overlaps), photos);
  }
}
