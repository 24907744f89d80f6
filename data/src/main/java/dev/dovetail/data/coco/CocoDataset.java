package dev.dovetail.data.coco;

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
 * @param source what messages call it, usually the file
 */
public record CocoDataset(
    String source,
    List<CocoImage> images,
    List<CocoCategory> categories,
    List<CocoAnnotation> annotations) {

  /**
   * Copies the lists.
   *
   * @param source what messages call it, usually the file
   * @param images in the order of the file
   * @param categories in the order of the file
   * @param annotations in the order of the file
   */
  public CocoDataset {
    images = List.copyOf(images);
    categories = List.copyOf(categories);
    annotations = List.copyOf(annotations);
  }

  /**
   * Reads an instances file, plain or gzip, in one pass.
   *
   * @param file the file
   * @param warnings takes what is odd
   * @return the ground truth
   * @throws CocoFormatException if it is no such file, an id occurs twice, a number is NaN, or run
   *     lengths do not cover their mask; under {@link Strictness#STRICT} also for all that is odd
   */
  public static CocoDataset read(Path file, Warnings warnings) throws IOException {
    CocoDataset dataset = JsonSource.read(file, in -> new CocoDatasetReader(in).read(warnings));
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
        + annotations.get(annotation).id()
        + ")";
  }
}
