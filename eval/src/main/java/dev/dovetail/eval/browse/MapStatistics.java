package dev.dovetail.eval.browse;

import dev.dovetail.eval.gallery.LabelMapGallery;
import dev.dovetail.formats.Box;
import dev.dovetail.formats.coco.CocoAnnotation;
import dev.dovetail.formats.coco.CocoCategory;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.coco.CocoImage;
import dev.dovetail.formats.mask.Segmentation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Collects statistics of a data set's label maps. Thread-safe. */
public final class MapStatistics implements LabelMapGallery.Regions {

  private final List<String> classes;
  private final List<String> images;
  private final List<CocoAnnotation> covered = new ArrayList<>();
  private final Map<List<Integer>, RegionDoubt> doubts = new HashMap<>();

  /**
   * Creates an empty collection.
   *
   * @param classes the names of the classes
   * @param images the names of the images
   */
  public MapStatistics(List<String> classes, List<String> images) {
    this.classes = classes;
    this.images = images;
  }

  @Override
  public synchronized void covered(int image, int label, Box box, long pixels) {
    covered.add(
        new CocoAnnotation(
            covered.size() + 1L,
            image,
            label,
            box,
            pixels,
            CocoAnnotation.Crowd.NO,
            Segmentation.Absent.INSTANCE));
  }

  @Override
  public synchronized void doubted(int label, int prediction, long pixels) {
    doubts.merge(
        List.of(label, prediction),
        new RegionDoubt(label, prediction, 1, pixels),
        (a, b) ->
            new RegionDoubt(label, prediction, a.regions() + b.regions(), a.pixels() + b.pixels()));
  }

  /** {@return the regions in which predictions disagree, most pixels first} */
  public synchronized List<RegionDoubt> doubts() {
    return doubts.values().stream()
        .sorted(
            Comparator.comparingLong(RegionDoubt::pixels)
                .reversed()
                .thenComparingInt(RegionDoubt::label)
                .thenComparingInt(RegionDoubt::prediction))
        .toList();
  }

  /** {@return the statistics, in which the pixels of a class in an image count as an object} */
  public synchronized SetStatistics statistics() {
    List<CocoImage> listed = new ArrayList<>();
    for (String name : images) {
      listed.add(new CocoImage(listed.size(), 0, 0, name));
    }
    List<CocoCategory> categories = new ArrayList<>();
    for (String name : classes) {
      categories.add(new CocoCategory(categories.size(), name, ""));
    }
    return SetStatistics.of(new CocoDataset("", listed, categories, covered));
  }
}
