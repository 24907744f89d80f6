package dev.dovetail.eval.coco.matching;

import dev.dovetail.eval.coco.params.AreaRange;
import dev.dovetail.eval.coco.params.CocoParams;
import dev.dovetail.eval.coco.params.IouType;
import dev.dovetail.eval.sort.CountingSort;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.CocoAnnotation;
import dev.dovetail.formats.coco.CocoCategory;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.coco.CocoImage;
import dev.dovetail.formats.coco.IdIndex;
import dev.dovetail.formats.coco.IdNames;
import dev.dovetail.formats.coco.Keypoints;
import dev.dovetail.formats.mask.Rle;
import dev.dovetail.formats.mask.Segmentation;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The evaluated ground truths as columns: by image, then by category (both ascending by id), then
 * in the order of the file. Immutable; shared by all slices.
 */
public final class GroundTruths {

  private final CocoDataset dataset;
  private final IouType type;
  private final IdIndex listedImages = new IdIndex();
  private final IdIndex listedCategories = new IdIndex();
  private final IdIndex images;
  private final IdIndex categories;
  private final boolean useCategories;
  private final int[] annotations;
  private final int[] imageStart;
  private final int[] category;
  private final double[] boxes;
  private final double[] areas;
  private final boolean[] crowd;
  private final boolean[] idZero;
  private final boolean[] ignored;
  private final Rules rules;
  private final double[] sigmas;

  public GroundTruths(CocoDataset dataset, CocoParams params) throws FormatException {
    this.dataset = dataset;
    this.type = params.type();
    this.rules = Rules.of(params);
    this.sigmas = params.sigmas();
    dataset.images().forEach(image -> listedImages.add(image.id()));
    dataset.categories().forEach(c -> listedCategories.add(c.id()));
    images = selected(params.imageIds(), listedImages, "image", dataset.ids().images());
    categories =
        selected(params.categoryIds(), listedCategories, "category", dataset.ids().categories());
    useCategories = params.useCategories();
    requireListed();

    int n = dataset.annotations().size();
    int[] image = new int[n];
    int[] cat = new int[n];
    int[] kept = new int[n];
    int size = 0;
    for (int i = 0; i < n; i++) {
      CocoAnnotation annotation = dataset.annotations().get(i);
      image[i] = images.get(annotation.imageId());
      cat[i] = categories.get(annotation.categoryId());
      if (image[i] >= 0 && cat[i] >= 0) {
        require(i, annotation);
        if (rules.takesPart(annotation)) {
          kept[size++] = i;
        }
      }
    }
    int[] byCategory = CountingSort.stable(Arrays.copyOf(kept, size), cat, categories.size());
    annotations = CountingSort.stable(byCategory, image, images.size());
    imageStart = CountingSort.starts(annotations, image, images.size());
    category = new int[size];
    boxes = new double[4 * size];
    areas = new double[size];
    crowd = new boolean[size];
    idZero = new boolean[size];
    ignored = new boolean[size];
    for (int g = 0; g < size; g++) {
      CocoAnnotation annotation = dataset.annotations().get(annotations[g]);
      category[g] = cat[annotations[g]];
      boxes[4 * g] = annotation.box().x();
      boxes[4 * g + 1] = annotation.box().y();
      boxes[4 * g + 2] = annotation.box().width();
      boxes[4 * g + 3] = annotation.box().height();
      areas[g] = annotation.area();
      idZero[g] = annotation.id() == 0;
      crowd[g] = rules.isCrowd(annotation);
      ignored[g] = rules.isIgnored(annotation);
    }
  }

  private static IdIndex selected(long[] requested, IdIndex listed, String what, IdNames names) {
    long[] ids = requested;
    if (requested.length == 0) {
      ids = new long[listed.size()];
      Arrays.setAll(ids, listed::id);
      Arrays.sort(ids);
    }
    IdIndex index = new IdIndex();
    for (long id : ids) {
      if (listed.get(id) < 0) {
        throw new IllegalArgumentException(
            what + " " + names.text(id) + " was selected, but the ground truth does not list it");
      }
      index.add(id);
    }
    return index;
  }

  private void requireListed() throws FormatException {
    for (int i = 0; i < images.size(); i++) {
      int index = listedImages.get(images.id(i));
      require(
          dataset.source() + ": images[" + index + "] (id " + imageName(i) + ")",
          rules.missing(dataset.images().get(index)));
    }
    for (int k = 0; k < categories.size(); k++) {
      int index = listedCategories.get(categories.id(k));
      String id = dataset.ids().categories().text(categories.id(k));
      require(
          dataset.source() + ": categories[" + index + "] (id " + id + ")",
          rules.missing(dataset.categories().get(index)));
    }
  }

  private void require(int index, CocoAnnotation annotation) throws FormatException {
    String missing = rules.missing(annotation);
    if (missing != null) {
      require(dataset.describe(index), missing);
    }
    require(index, !Double.isNaN(annotation.area()), "area");
    switch (type) {
      case BBOX -> require(index, !annotation.box().isAbsent(), "bbox");
      case SEGM, BOUNDARY -> requireMask(index, annotation.segmentation());
      case KEYPOINTS -> {
        require(index, !annotation.box().isAbsent(), "bbox");
        requireKeypoints(index, annotation.keypoints());
      }
    }
  }

  private void requireMask(int index, Segmentation segmentation) throws FormatException {
    require(index, !(segmentation instanceof Segmentation.Absent), "segmentation");
    if (segmentation instanceof Segmentation.Polygons polygons
        && polygons.parts()[0].length < Segmentation.Polygons.LEAST_NUMBERS) {
      throw new FormatException(
          dataset.describe(index)
              + ".segmentation: the first polygon has fewer than three points;"
              + " it cannot be scored as a mask");
    }
  }

  private void requireKeypoints(int index, Keypoints keypoints) throws FormatException {
    require(index, keypoints.values().length > 0, "keypoints");
    require(index, keypoints.labelled() >= 0, "num_keypoints");
    if (keypoints.values().length != Keypoints.STRIDE * sigmas.length) {
      throw new FormatException(
          dataset.describe(index)
              + (".keypoints: has " + keypoints.values().length + " numbers; expected three for")
              + (" each of the " + sigmas.length + " sigmas"));
    }
  }

  private void require(int index, boolean present, String field) throws FormatException {
    if (!present) {
      Optional<String> problem = dataset.unread().problem("annotations", index, field);
      if (problem.isPresent()) {
        throw new FormatException(problem.get());
      }
      require(dataset.describe(index), '"' + field + '"');
    }
  }

  private void require(String record, String missing) throws FormatException {
    if (missing != null) {
      throw new FormatException(
          record + (": missing " + missing + ", which is required to evaluate ") + type.label());
    }
  }

  CocoDataset dataset() {
    return dataset;
  }

  public String source() {
    return dataset.source();
  }

  public IouType type() {
    return type;
  }

  Rules rules() {
    return rules;
  }

  /** Returns the evaluated rows of an image's detections. Equal scores stay in order. */
  public int[] rows(int image, ImageDetections detections) {
    return rules.rows(this, image, detections);
  }

  /** Returns the tolerance of each keypoint. */
  public double[] sigmas() {
    return sigmas;
  }

  /** Returns the number of evaluated images. */
  public int images() {
    return images.size();
  }

  /** Returns the index of an image, ascending by id; -1 if it is not evaluated. */
  public int image(long id) {
    return images.get(id);
  }

  public long imageId(int image) {
    return images.id(image);
  }

  /** Returns the id of an image in the file. */
  public String imageName(int image) {
    return dataset.ids().images().text(images.id(image));
  }

  /** Returns the index of an evaluated image in the list of the file. */
  int imageInFile(int image) {
    return listedImages.get(images.id(image));
  }

  /** Returns the entry of an image, even if it is not evaluated; null if it is not listed. */
  public CocoImage listedImage(long id) {
    int index = listedImages.get(id);
    return index < 0 ? null : dataset.images().get(index);
  }

  /** Returns whether the ground truth lists a category, even if it is not evaluated. */
  boolean listsCategory(long id) {
    return listedCategories.get(id) >= 0;
  }

  /** Returns the number of evaluated categories. */
  public int categories() {
    return categories.size();
  }

  /** Returns the index of a category, ascending by id; -1 if it is not evaluated. */
  public int category(long id) {
    return categories.get(id);
  }

  /** Returns the evaluated categories, ascending by id. */
  List<CocoCategory> categoryList() {
    return IntStream.range(0, categories.size())
        .mapToObj(k -> dataset.categories().get(listedCategories.get(categories.id(k))))
        .toList();
  }

  /** Returns the category of each group; a single one with id -1 if categories are not used. */
  public List<CocoCategory> groupCategories() {
    return useCategories ? categoryList() : List.of(new CocoCategory(-1, "all categories", ""));
  }

  /** Returns the number of groups that are matched separately: the number of categories, or one. */
  public int groups() {
    return useCategories ? categories.size() : 1;
  }

  /** Returns the index of an image's first ground truth, which is the end of the previous image. */
  public int start(int image) {
    return imageStart[image];
  }

  /** Counts the annotations that are anomalous for this evaluation. */
  public void check(Warnings warnings) throws FormatException {
    for (int i = 0; i < dataset.annotations().size(); i++) {
      CocoAnnotation annotation = dataset.annotations().get(i);
      String oddity = rules.oddity(annotation);
      if (oddity != null
          && image(annotation.imageId()) >= 0
          && category(annotation.categoryId()) >= 0) {
        String record = dataset.describe(i);
        warnings.add(oddity, () -> record);
      }
    }
  }

  /** Returns the index of a ground truth among the annotations of the file. */
  int annotation(int truth) {
    return annotations[truth];
  }

  public int categoryOf(int truth) {
    return category[truth];
  }

  /** Returns whether an image has ground truth of a category. */
  boolean has(int image, int k) {
    return Arrays.binarySearch(category, imageStart[image], imageStart[image + 1], k) >= 0;
  }

  /** Returns left, top, width and height of all ground truths. */
  double[] boxes() {
    return boxes;
  }

  double area(int truth) {
    return areas[truth];
  }

  boolean isCrowd(int truth) {
    return crowd[truth];
  }

  /** The reference stores a match as the id, so a match with id 0 counts as no match. */
  boolean hasIdZero(int truth) {
    return idZero[truth];
  }

  Keypoints keypoints(int truth) {
    return dataset.annotations().get(annotations[truth]).keypoints();
  }

  Rle mask(int truth) {
    CocoAnnotation annotation = dataset.annotations().get(annotations[truth]);
    CocoImage image = listedImage(annotation.imageId());
    try {
      return annotation.segmentation().toRle(image.height(), image.width());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          dataset.describe(annotations[truth]) + ".segmentation: " + e.getMessage(), e);
    }
  }

  /** Whether it is no object but pixels in which nothing is evaluated. */
  boolean isVoid(int truth) {
    return rules.isVoid(dataset.annotations().get(annotations[truth]));
  }

  boolean isIgnored(int truth, AreaRange range) {
    return ignored[truth] || !range.contains(areas[truth]);
  }

  /** Returns the number of ground truths of each group that count in a size class. */
  public long[] counted(AreaRange range) {
    long[] counted = new long[groups()];
    for (int g = 0; g < areas.length; g++) {
      if (!isIgnored(g, range)) {
        counted[useCategories ? category[g] : 0]++;
      }
    }
    return counted;
  }

  /** Returns the image of each ground truth that counts in a size class, by group. */
  public int[][] imagesOfCounted(AreaRange range) {
    int[][] groups = new int[groups()][];
    long[] counted = counted(range);
    Arrays.setAll(groups, k -> new int[(int) counted[k]]);
    int[] size = new int[groups.length];
    for (int image = 0; image < images(); image++) {
      for (int g = start(image); g < start(image + 1); g++) {
        if (!isIgnored(g, range)) {
          int k = useCategories ? category[g] : 0;
          groups[k][size[k]++] = image;
        }
      }
    }
    return groups;
  }
}
