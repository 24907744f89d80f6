package dev.dovetail.cli.browse;

import dev.dovetail.cli.labels.LabelFormat;
import dev.dovetail.cli.labels.LabelSource;
import dev.dovetail.cli.labels.ObjectPainter;
import dev.dovetail.cli.labels.PanopticSource;
import dev.dovetail.eval.browse.MapStatistics;
import dev.dovetail.eval.gallery.LabelMapGallery;
import dev.dovetail.eval.gallery.PhotoFolder;
import dev.dovetail.eval.gallery.SemanticGallery;
import dev.dovetail.eval.gallery.SemanticGallery.ClassMaps;
import dev.dovetail.eval.report.BrowseSections;
import dev.dovetail.eval.report.Section;
import dev.dovetail.eval.semantic.LabelMapping;
import dev.dovetail.formats.LabelledImage;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.CocoCategory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A data set with a class for each pixel.
 *
 * @param source the label maps, in any format
 * @param images the directory of the images
 * @param format the format of the label maps, which determines how predictions are read
 */
record BrowsedMaps(LabelSource source, Path images, LabelFormat format) implements BrowsedSet {

  @Override
  public Pages pages(PhotoFolder photos, Optional<Path> predictions, Warnings warnings)
      throws IOException {
    List<String> classes = source.categories().stream().map(CocoCategory::name).toList();
    Optional<PredictedPixels> predicted =
        predictions.isPresent()
            ? Optional.of(predicted(predictions.get(), classes.size(), warnings))
            : Optional.empty();
    MapStatistics statistics = new MapStatistics(classes, source.names());
    return new Pages(
        new LabelMapGallery(
            classes,
            new Maps(source, classes, source.names(), predicted, new ObjectPainter(warnings)),
            predicted.isPresent(),
            photos,
            statistics),
        pairs -> {
          List<Section> sections =
              new ArrayList<>(
                  BrowseSections.of(statistics.statistics(), BrowseSections.Unit.REGIONS, pairs));
          if (predicted.isPresent()) {
            sections.add(1, BrowseSections.regionDoubts(classes, statistics.doubts()));
          }
          return sections;
        });
  }

  private PredictedPixels predicted(Path predictions, int classes, Warnings warnings)
      throws IOException {
    if (source instanceof PanopticSource segments && !Files.isDirectory(predictions)) {
      return PredictedPixels.ofSegments(predictions, segments.categoryIds(), warnings);
    }
    return format == LabelFormat.CITYSCAPES_MASKS
        ? PredictedPixels.ofSubmitted(predictions, classes, warnings)
        : PredictedPixels.ofFolder(predictions, classes, warnings);
  }

  /** The class indices of each image. The files are read on demand. */
  private record Maps(
      LabelSource source,
      List<String> classes,
      List<String> names,
      Optional<PredictedPixels> found,
      ObjectPainter painter)
      implements SemanticGallery.Maps {

    @Override
    public int images() {
      return names.size();
    }

    @Override
    public String name(int image) {
      return names.get(image);
    }

    @Override
    public ClassMaps read(int number) throws IOException {
      LabelledImage image = source.read(names.get(number));
      int[] truth =
          painter.paint(
              image, LabelMapping.IGNORED, (object, i) -> classes.indexOf(object.category()));
      int[] prediction = found.isPresent() ? found.get().read(image, truth) : new int[0];
      return new ClassMaps(image.size(), truth, prediction);
    }
  }
}
