package dev.dovetail.formats.coco;

import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A COCO ground truth: images, categories and annotations, each in the order of the file.
 *
 * <p>Nothing is dropped, clipped or repaired. Anomalies that the reference tool accepts (a box that
 * extends beyond its image or has no area, an annotation of an unknown image, …) are kept, with one
 * counted warning for each kind.
 *
 * <p>String ids are represented by numbers, in the order in which the reference tool sorts the
 * strings.
 *
 * @param source the name in messages, usually the file
 * @param ids the ids in the file
 * @param unread values that could not be read and are missing here
 */
public record CocoDataset(
    String source,
    List<CocoImage> images,
    List<CocoCategory> categories,
    List<CocoAnnotation> annotations,
    CocoIds ids,
    Unread unread) {

  /**
   * Creates a ground truth that was not read from a file.
   *
   * @param source the name in messages
   * @param images in any order
   * @param categories in any order
   * @param annotations in any order
   */
  public CocoDataset(
      String source,
      List<CocoImage> images,
      List<CocoCategory> categories,
      List<CocoAnnotation> annotations) {
    this(source, images, categories, annotations, CocoIds.NUMBERS, new Unread());
  }

  /**
   * Copies the lists.
   *
   * @param source the name in messages, usually the file
   * @param images in the order of the file
   * @param categories in the order of the file
   * @param annotations in the order of the file
   * @param ids the ids in the file
   * @param unread values that could not be read and are missing here
   */
  public CocoDataset {
    images = List.copyOf(images);
    categories = List.copyOf(categories);
    annotations = List.copyOf(annotations);
  }

  /**
   * Reads an instances file, plain or compressed with gzip, in one pass.
   *
   * <p>Some values are not required by every evaluation (a segmentation, a box, keypoints, the size
   * of an image, a name). If such a value cannot be read, it is treated as missing, with a warning.
   * An evaluation that requires it fails with the reason.
   *
   * @param file the file
   * @param warnings collects anomalies
   * @return the ground truth
   * @throws FormatException if the file has another format, an id occurs twice, or an area is NaN;
   *     with {@link Strictness#STRICT}, also for anomalies
   */
  public static CocoDataset read(Path file, Warnings warnings) throws IOException {
    CocoDataset dataset = JsonSource.read(file, in -> new CocoDatasetReader(in).read(warnings));
    dataset.unread.warn(warnings);
    DatasetCheck.check(dataset, warnings);
    return dataset;
  }

  /**
   * {@return the name of an annotation in messages: {@code gt.json: annotations[3] (id 12)}}
   *
   * @param annotation its index
   */
  public String describe(int annotation) {
    return source
        + ": annotations["
        + annotation
        + "] (id "
        + ids.annotations().text(annotations.get(annotation).id())
        + ")";
  }
}
