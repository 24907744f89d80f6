package dev.dovetail.cli.browse;

import dev.dovetail.cli.labels.LabelFormat;
import dev.dovetail.cli.labels.LabelSource;
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
import dev.dovetail.formats.LabelledObject;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.CocoCategory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    Optional<PredictedMaps> predicted =
        predictions.isPresent()
            ? Optional.of(predicted(predictions.get(), classes.size(), warnings))
            : Optional.empty();
    MapStatistics statistics = new MapStatistics(classes, source.names());
    return new Pages(
        new LabelMapGallery(
            classes,
            new Maps(source, classes, source.names(), predicted),
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

  private PredictedMaps predicted(Path predictions, int classes, Warnings warnings)
      throws IOException {
    if (source instanceof PanopticSource segments && !Files.isDirectory(predictions)) {
      return PredictedMaps.ofSegments(predictions, segments.categoryIds(), warnings);
    }
    return format == LabelFormat.CITYSCAPES_MASKS
        ? PredictedMaps.ofSubmitted(predictions, classes, warnings)
        : PredictedMaps.ofFolder(predictions, classes, warnings);
  }

  /** The class indices of each image. The files are read on demand. */
  private record Maps(
      LabelSource source, List<String> classes, List<String> names, Optional<PredictedMaps> found)
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
      int[] truth = new int[Math.toIntExact(image.size().pixels())];
      Arrays.fill(truth, LabelMapping.IGNORED);
      Map<String, Integer> places = new HashMap<>();
      classes.forEach(name -> places.put(name, places.size()));
      for (LabelledObject object : image.objects()) {
        paint(truth, object.mask(image.size()).runs(), image, places.get(object.category()));
      }
      int[] prediction = found.isPresent() ? found.get().read(image, truth) : new int[0];
      return new ClassMaps(image.size(), truth, prediction);
    }

    /** Sets the pixels of a mask. Its runs are in column-major order. */
    private static void paint(int[] pixels, int[] runs, LabelledImage image, int value) {
      int height = image.size().height();
      int width = image.size().width();
      int at = 0;
      for (int r = 0; r < runs.length; r++) {
        int end = at + runs[r];
        for (; at < end; at++) {
          if (r % 2 == 1) {
            pixels[at % height * width + at / height] = value;
          }
        }
      }
    }
  }
}
