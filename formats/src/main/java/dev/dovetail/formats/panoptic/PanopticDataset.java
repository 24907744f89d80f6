package dev.dovetail.formats.panoptic;

import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.CocoIds;
import dev.dovetail.formats.coco.ImageMatch;
import dev.dovetail.formats.coco.JsonSource;
import dev.dovetail.formats.image.ImageFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * A panoptic file (COCO's panoptic format): the categories, and one record for each image.
 *
 * @param source the name in messages, usually the file
 * @param categories in the order of the file; empty for predictions
 * @param annotations in the order of the file, one for each image
 * @param ids the ids of images and categories in the file
 */
public record PanopticDataset(
    String source,
    List<PanopticCategory> categories,
    List<PanopticAnnotation> annotations,
    CocoIds ids) {

  /**
   * Creates a data set with numeric ids.
   *
   * @param source the name in messages
   * @param categories in any order
   * @param annotations in any order
   */
  public PanopticDataset(
      String source, List<PanopticCategory> categories, List<PanopticAnnotation> annotations) {
    this(source, categories, annotations, CocoIds.NUMBERS);
  }

  /**
   * Copies the lists.
   *
   * @param source the name in messages, usually the file
   * @param categories in the order of the file; empty for predictions
   * @param annotations in the order of the file, one for each image
   * @param ids the ids of images and categories in the file
   */
  public PanopticDataset {
    categories = List.copyOf(categories);
    annotations = List.copyOf(annotations);
  }

  /**
   * Reads a ground truth, plain or compressed with gzip, in one pass. As in the reference, segments
   * of unlisted categories are kept, with a warning: no prediction can match them.
   *
   * @param file the file
   * @param warnings collects anomalies
   * @return the ground truth
   * @throws FormatException if the file has another format, an id occurs twice, or a segment lacks
   *     {@code id}, {@code category_id}, {@code iscrowd} or {@code area}
   */
  public static PanopticDataset readTruth(Path file, Warnings warnings) throws IOException {
    return JsonSource.read(file, in -> new PanopticReader(in, true).read(warnings));
  }

  /**
   * Reads predictions, plain or compressed with gzip, in one pass. A segment requires {@code id}
   * and {@code category_id}.
   *
   * @param file the file
   * @param warnings collects anomalies
   * @return the predictions
   * @throws FormatException if the file has another format, or an id occurs twice
   */
  public static PanopticDataset readPredictions(Path file, Warnings warnings) throws IOException {
    return JsonSource.read(file, in -> new PanopticReader(in, false).read(warnings));
  }

  /**
   * Returns these predictions with the ids of a ground truth. String ids are matched unchanged, as
   * the file name of an image, see {@link ImageMatch}, or as the name of a category.
   *
   * @param truth the ground truth
   * @param warnings counts images that were matched by name
   * @return the predictions
   * @throws FormatException if a string id is not in the ground truth, or an id is a string in one
   *     file and a number in the other
   */
  public PanopticDataset matchedTo(PanopticDataset truth, Warnings warnings)
      throws FormatException {
    boolean textImages = ids.images().areTexts() || truth.ids.images().areTexts();
    boolean textCategories = ids.categories().areTexts() || truth.ids.categories().areTexts();
    if (!textImages && !textCategories) {
      return this;
    }
    long[] images =
        textImages
            ? new ImageMatch(truth.source, truth.ids.images(), truth.listed())
                .match(new Rows(), false, warnings)
            : annotations.stream().mapToLong(PanopticAnnotation::imageId).toArray();
    List<PanopticAnnotation> matched = new ArrayList<>();
    for (int i = 0; i < images.length; i++) {
      PanopticAnnotation found = annotations.get(i);
      List<PanopticSegment> segments = found.segments();
      if (textCategories) {
        segments = new ArrayList<>();
        for (PanopticSegment segment : found.segments()) {
          segments.add(segment.withCategory(category(truth, found, segment)));
        }
      }
      matched.add(
          new PanopticAnnotation(
              found.source(), images[i], found.fileName(), segments, found.key()));
    }
    return new PanopticDataset(source, categories, matched, truth.ids);
  }

  private List<ImageMatch.Listed> listed() {
    return annotations.stream().map(a -> new ImageMatch.Listed(a.imageId(), a.fileName())).toList();
  }

  private long category(PanopticDataset truth, PanopticAnnotation found, PanopticSegment segment)
      throws FormatException {
    String text = ids.categories().text(segment.categoryId());
    boolean texts = ids.categories().areTexts();
    OptionalLong known =
        texts && !truth.ids.categories().areTexts()
            ? truth.idOf(text)
            : truth.ids.categories().find(text);
    if (!texts && truth.ids.categories().areTexts() || known.isEmpty()) {
      throw new FormatException(
          found.describe()
              + (": segment " + segment.id() + ".category_id: " + truth.source)
              + (" does not list the category "
                  + (ids.categories().areTexts() ? '"' + text + '"' : text)));
    }
    return known.getAsLong();
  }

  private static final Pattern IMAGE =
      Pattern.compile("(?i).*\\.(" + String.join("|", ImageFormat.ENDINGS) + ")");

  /** Returns the category with a name; empty if none or several have it. */
  private OptionalLong idOf(String name) {
    long[] found =
        categories.stream()
            .filter(category -> category.name().equals(name))
            .mapToLong(PanopticCategory::id)
            .toArray();
    return found.length == 1 ? OptionalLong.of(found[0]) : OptionalLong.empty();
  }

  private final class Rows implements ImageMatch.Rows {
    @Override
    public int size() {
      return annotations.size();
    }

    @Override
    public String text(int row) {
      return ids.images().areTexts() ? ids.images().text(number(row)) : null;
    }

    @Override
    public long number(int row) {
      return annotations.get(row).imageId();
    }

    @Override
    public String fileName(int row) {
      // An id that is an image file takes precedence over the name of the map.
      String id = text(row);
      return id != null && IMAGE.matcher(id).matches() ? id : annotations.get(row).fileName();
    }

    @Override
    public String describe(int row) {
      return annotations.get(row).source();
    }
  }
}
