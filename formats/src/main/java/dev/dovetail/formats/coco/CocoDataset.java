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
 * <p>Nothing is dropped, clipped or repaired. What the reference tool accepts although it is odd (a
 * box that sticks out or has no area, an annotation of an unknown image, …) is kept, with one
 * counted warning for each kind.
 *
 * <p>Ids that are texts are known by numbers, in whose order the reference tool takes the texts.
 *
 * @param source what messages call it, usually the file
 * @param ids what the ids are in the file
 * @param unread values that could not be read and are absent here
 */
public record CocoDataset(
    String source,
    List<CocoImage> images,
    List<CocoCategory> categories,
    List<CocoAnnotation> annotations,
    CocoIds ids,
    Unread unread) {

  /**
   * A ground truth that was not read from a file.
   *
   * @param source what messages call it
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
   * @param source what messages call it, usually the file
   * @param images in the order of the file
   * @param categories in the order of the file
   * @param annotations in the order of the file
   * @param ids what the ids are in the file
   * @param unread values that could not be read and are absent here
   */
  public CocoDataset {
    images = List.copyOf(images);
    categories = List.copyOf(categories);
    annotations = List.copyOf(annotations);
  }

  /**
   * Reads an instances file, plain or gzip, in one pass.
   *
   * <p>A value that not every evaluation needs (a segmentation, a box, keypoints, the size of an
   * image, a name) and that cannot be read is taken as absent, with a warning; an evaluation that
   * needs it fails with what is wrong.
   *
   * @param file the file
   * @param warnings takes what is odd
   * @return the ground truth
   * @throws FormatException if it is no such file, an id occurs twice, or an area is NaN; under
   *     {@link Strictness#STRICT} also for all that is odd
   */
  public static CocoDataset read(Path file, Warnings warnings) throws IOException {
    CocoDataset dataset = JsonSource.read(file, in -> new CocoDatasetReader(in).read(warnings));
    dataset.unread.warn(warnings);
    DatasetCheck.check(dataset, warnings);
    return dataset;
  }

  /**
   * {@return what messages call an annotation: {@code gt.json: annotations[3] (id 12)}}
   *
   * @param annotation counted from 0
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
