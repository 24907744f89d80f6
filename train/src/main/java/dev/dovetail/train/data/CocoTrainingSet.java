package dev.dovetail.train.data;

import dev.dovetail.formats.Box;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.ListedFile;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.CocoAnnotation;
import dev.dovetail.formats.coco.CocoCategory;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.coco.CocoImage;
import dev.dovetail.formats.image.BadImageException;
import dev.dovetail.formats.mask.Rle;
import dev.dovetail.formats.mask.Segmentation;
import dev.dovetail.images.Image;
import dev.dovetail.images.ImageReader;
import dev.dovetail.images.ImageSource;
import dev.dovetail.train.data.augment.AnnotatedImage;
import dev.dovetail.train.data.augment.Instances;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Images with objects in COCO format, selected as by mmdet's {@code CocoDataset} for training.
 *
 * <p>Images without an annotation of one of the classes, or with a side below 32 pixels, are
 * skipped. So are crowds, annotations marked as ignored, and objects that are outside of their
 * image, have no area, or are less than one pixel wide or high. Boxes are not clipped. Labels
 * follow the order of the classes.
 */
public final class CocoTrainingSet implements TrainingSet {

  private static final int LEAST_SIDE = 32;

  private final CocoDataset dataset;
  private final Content content;
  private final List<Entry> entries;
  private final Map<Long, Integer> labels;
  private final List<String> classes;

  /** The required annotations of an object. */
  public enum Content {
    /** Boxes only. Segmentations are not read. */
    BOXES,
    /** Boxes and masks. Each object needs a segmentation. */
    BOXES_AND_MASKS
  }

  /** An image and the indices of its objects in the list of annotations. */
  private record Entry(Path file, Size size, List<Integer> objects) {}

  private CocoTrainingSet(
      CocoDataset dataset, Content content, List<CocoCategory> categories, List<Entry> entries) {
    this.dataset = dataset;
    this.content = content;
    this.entries = List.copyOf(entries);
    this.classes = categories.stream().map(CocoCategory::name).toList();
    this.labels = labels(categories);
  }

  /**
   * Finds the images of a data set. No image is decoded.
   *
   * @param dataset the images, categories and annotations
   * @param folder the directory of the images
   * @param classes the category names in label order; empty for all categories in ascending order
   *     of their ids
   * @param content the required annotations
   * @param warnings collects warnings about the data
   * @return the set
   * @throws IOException if a class is not a category, an image file is missing, an object lacks a
   *     required annotation, or no image is left
   */
  public static CocoTrainingSet open(
      CocoDataset dataset, Path folder, List<String> classes, Content content, Warnings warnings)
      throws IOException {
    List<CocoCategory> categories = categories(dataset, classes);
    Map<Long, Integer> labels = labels(categories);
    Map<Long, List<Integer>> ofImage = new HashMap<>();
    for (int i = 0; i < dataset.annotations().size(); i++) {
      CocoAnnotation annotation = dataset.annotations().get(i);
      if (labels.containsKey(annotation.categoryId())) {
        ofImage.computeIfAbsent(annotation.imageId(), id -> new ArrayList<>()).add(i);
      }
    }
    List<Entry> entries = new ArrayList<>();
    for (CocoImage image : dataset.images()) {
      List<Integer> annotated = ofImage.get(image.id());
      if (annotated == null) {
        continue;
      }
      Path file = file(dataset, folder, image, warnings);
      Size size =
          image.width() > 0 && image.height() > 0
              ? new Size(image.height(), image.width())
              : ImageSource.of(file).size();
      if (Math.min(size.height(), size.width()) >= LEAST_SIDE) {
        entries.add(new Entry(file, size, learned(dataset, annotated, size, content)));
      }
    }
    if (entries.isEmpty()) {
      throw new FormatException(
          dataset.source()
              + ": no image can be used for training: of "
              + dataset.images().size()
              + " images none has both sides of at least "
              + LEAST_SIDE
              + " pixels and an annotation of a class");
    }
    return new CocoTrainingSet(dataset, content, categories, entries);
  }

  private static List<CocoCategory> categories(CocoDataset dataset, List<String> classes)
      throws FormatException {
    if (classes.isEmpty()) {
      return dataset.categories().stream()
          .sorted(Comparator.comparingLong(CocoCategory::id))
          .toList();
    }
    List<CocoCategory> chosen = new ArrayList<>();
    for (String name : classes) {
      List<CocoCategory> same =
          dataset.categories().stream().filter(c -> c.name().equals(name)).toList();
      if (same.size() != 1 || chosen.contains(same.get(0))) {
        throw new FormatException(
            dataset.source()
                + ": the class '"
                + name
                + (same.size() == 1
                    ? "' is listed twice"
                    : "' must match one category, but matches " + same.size())
                + "; the categories are "
                + dataset.categories().stream().map(CocoCategory::name).toList());
      }
      chosen.add(same.get(0));
    }
    return chosen;
  }

  private static Map<Long, Integer> labels(List<CocoCategory> categories) {
    Map<Long, Integer> labels = new HashMap<>();
    categories.forEach(category -> labels.put(category.id(), labels.size()));
    return labels;
  }

  private static Path file(CocoDataset dataset, Path folder, CocoImage image, Warnings warnings)
      throws IOException {
    String listing = dataset.source() + ": image " + dataset.ids().images().text(image.id());
    if (image.fileName().isEmpty()) {
      throw new FormatException(listing + " has no \"file_name\"");
    }
    Path file = ListedFile.find(folder, image.fileName(), listing, warnings);
    if (!Files.exists(file)) {
      throw new FormatException(
          listing
              + (": no such file: " + file)
              + (Files.isDirectory(folder)
                  ? "; is " + folder + " the right directory?"
                  : ", and " + folder + " is not a directory"));
    }
    return file;
  }

  /** Returns the annotations of an image that are used for training. */
  private static List<Integer> learned(
      CocoDataset dataset, List<Integer> annotated, Size size, Content content)
      throws FormatException {
    List<Integer> learned = new ArrayList<>();
    for (int place : annotated) {
      CocoAnnotation annotation = dataset.annotations().get(place);
      if (annotation.ignore() || annotation.crowd() == CocoAnnotation.Crowd.YES) {
        continue;
      }
      if (annotation.box().isAbsent()) {
        throw new FormatException(dataset.describe(place) + " has no \"bbox\" to train on");
      }
      if (!isObject(annotation, size)) {
        continue;
      }
      if (content == Content.BOXES_AND_MASKS
          && annotation.segmentation() instanceof Segmentation.Absent) {
        throw new FormatException(
            dataset.describe(place) + " has no \"segmentation\" to train masks on");
      }
      learned.add(place);
    }
    return List.copyOf(learned);
  }

  private static boolean isObject(CocoAnnotation annotation, Size size) {
    Box b = annotation.box();
    double width = Math.max(0, Math.min(b.x() + b.width(), size.width()) - Math.max(b.x(), 0));
    double height = Math.max(0, Math.min(b.y() + b.height(), size.height()) - Math.max(b.y(), 0));
    boolean hasArea = Double.isNaN(annotation.area()) || annotation.area() > 0;
    return width * height > 0 && hasArea && b.width() >= 1 && b.height() >= 1;
  }

  /** {@return the class names in label order} */
  public List<String> classes() {
    return classes;
  }

  @Override
  public String summary() {
    long objects = entries.stream().mapToLong(e -> e.objects().size()).sum();
    return (count() + " of " + dataset.images().size() + " images with ")
        + (objects + " of " + dataset.annotations().size() + " annotated objects in ")
        + (classes.size() + " classes");
  }

  @Override
  public int count() {
    return entries.size();
  }

  @Override
  public String name(int image) {
    return entries.get(image).file().toString();
  }

  @Override
  public Size size(int image) {
    return entries.get(image).size();
  }

  @Override
  public AnnotatedImage read(int image) throws IOException {
    Entry entry = entries.get(image);
    Image picture = ImageReader.read(entry.file());
    if (!picture.size().equals(entry.size())) {
      throw new BadImageException(
          entry.file()
              + " is "
              + picture.size()
              + " pixels when upright, but "
              + dataset.source()
              + " annotates "
              + entry.size()
              + "; correct the annotations");
    }
    List<Integer> objects = entry.objects();
    float[] boxes = new float[4 * objects.size()];
    int[] classOf = new int[objects.size()];
    Rle[] masks = new Rle[content == Content.BOXES ? 0 : objects.size()];
    for (int i = 0; i < classOf.length; i++) {
      CocoAnnotation annotation = dataset.annotations().get(objects.get(i));
      Box box = annotation.box();
      boxes[4 * i] = (float) box.x();
      boxes[4 * i + 1] = (float) box.y();
      boxes[4 * i + 2] = (float) (box.x() + box.width());
      boxes[4 * i + 3] = (float) (box.y() + box.height());
      classOf[i] = labels.get(annotation.categoryId());
      if (masks.length > 0) {
        masks[i] = mask(objects.get(i), annotation, entry.size());
      }
    }
    return new AnnotatedImage(picture, new Instances(boxes, classOf, masks), Optional.empty());
  }

  private Rle mask(int place, CocoAnnotation annotation, Size size) throws FormatException {
    Rle mask;
    try {
      mask = annotation.segmentation().toRle(size.height(), size.width());
    } catch (IllegalArgumentException e) {
      throw new FormatException(dataset.describe(place) + ": " + e.getMessage(), e);
    }
    if (mask.height() != size.height() || mask.width() != size.width()) {
      throw new FormatException(
          dataset.describe(place)
              + (" has a mask of " + mask.width() + "x" + mask.height())
              + (" pixels in an image of " + size));
    }
    return mask;
  }
}
