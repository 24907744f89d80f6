package dev.dovetail.cli.browse;

import dev.dovetail.cli.console.UsageException;
import dev.dovetail.cli.labels.ClassMatch;
import dev.dovetail.eval.browse.SetStatistics;
import dev.dovetail.eval.gallery.ClassificationGallery;
import dev.dovetail.eval.gallery.ClassificationGallery.Classified;
import dev.dovetail.eval.gallery.PhotoFolder;
import dev.dovetail.eval.report.BrowseSections;
import dev.dovetail.eval.report.Section;
import dev.dovetail.formats.Box;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.classification.ClassResults;
import dev.dovetail.formats.classification.ImageFolder;
import dev.dovetail.formats.coco.CocoAnnotation;
import dev.dovetail.formats.coco.CocoAnnotation.Crowd;
import dev.dovetail.formats.coco.CocoCategory;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.coco.CocoImage;
import dev.dovetail.formats.mask.Segmentation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A data set with one class per image.
 *
 * @param folder the data set, with one directory of images per class
 */
record BrowsedClasses(ImageFolder folder) implements BrowsedSet {

  /** The number of best classes that are read for each image. */
  private static final int BEST = 5;

  @Override
  public Path images() {
    return folder.folder();
  }

  @Override
  public Pages pages(PhotoFolder photos, Optional<Path> predictions, Warnings warnings)
      throws IOException {
    List<String> classes = folder.classes();
    List<Classified> images =
        predictions.isPresent() ? classified(predictions.get(), warnings) : unclassified();
    return new Pages(
        new ClassificationGallery(classes, images, photos),
        pairs -> {
          List<Section> sections =
              new ArrayList<>(BrowseSections.of(statistics(), BrowseSections.Unit.IMAGES, pairs));
          if (predictions.isPresent()) {
            sections.add(
                1,
                BrowseSections.classDoubts(
                    classes, ClassificationGallery.confusion(classes.size(), images)));
          }
          return sections;
        });
  }

  private List<Classified> unclassified() {
    return folder.entries().stream()
        .map(entry -> new Classified(entry.name(), entry.label(), new int[0], new double[0]))
        .toList();
  }

  private List<Classified> classified(Path file, Warnings warnings) throws IOException {
    if (Files.isDirectory(file)) {
      throw new UsageException(
          "PREDICTIONS: "
              + file
              + " is a directory; for a data set with one class per image, expected a file of JSON"
              + " lines, such as the predictions.jsonl of 'dovetail eval'");
    }
    List<String> names = folder.entries().stream().map(ImageFolder.Entry::name).toList();
    Map<String, ClassResults.Entry> found = ClassMatch.of(names, ClassResults.read(file), warnings);
    List<Classified> images = new ArrayList<>();
    for (ImageFolder.Entry entry : folder.entries()) {
      ClassResults.Entry result = found.get(entry.name());
      if (result == null || result.classes().isEmpty()) {
        warnings.add("images without a prediction (counted as correct)", entry.file()::toString);
        images.add(
            new Classified(
                entry.name(), entry.label(), new int[] {entry.label()}, new double[] {Double.NaN}));
      } else {
        images.add(
            new Classified(
                entry.name(),
                entry.label(),
                result.classes().stream().limit(BEST).mapToInt(folder.classes()::indexOf).toArray(),
                result.scores().stream().limit(BEST).mapToDouble(s -> s).toArray()));
      }
    }
    return images;
  }

  private SetStatistics statistics() {
    List<CocoImage> images = new ArrayList<>();
    List<CocoAnnotation> labels = new ArrayList<>();
    for (ImageFolder.Entry entry : folder.entries()) {
      long id = images.size();
      images.add(new CocoImage(id, 0, 0, entry.name()));
      labels.add(
          new CocoAnnotation(
              id, id, entry.label(), Box.ABSENT, 1, Crowd.NO, Segmentation.Absent.INSTANCE));
    }
    List<CocoCategory> categories = new ArrayList<>();
    for (String name : folder.classes()) {
      categories.add(new CocoCategory(categories.size(), name, ""));
    }
    return SetStatistics.of(new CocoDataset("", images, categories, labels));
  }
}
