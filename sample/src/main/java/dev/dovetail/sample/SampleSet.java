package dev.dovetail.sample;

import dev.dovetail.files.OutputFile;
import dev.dovetail.sample.scene.Category;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Draws a data set: scenes with overlapping objects, crowds and small objects, in sun and shade,
 * with the exact mask of each object.
 *
 * <pre>
 * images/{train,val}/000001.png                    the images
 * annotations/instances_{train,val}.json           boxes and masks, COCO's format
 * annotations/panoptic_{train,val}.json, …/*.png   panoptic, COCO's format
 * annotations/{train,val}/000001.png               label maps, ADE20K's format: 1 is the first class
 * classes.txt                                      the names of the classes 1, 2, …
 * sample-set.json                                  the options; exists if the set is complete
 * </pre>
 *
 * <p>A pixel belongs to the object or stuff at its center. Boxes and areas are those of the visible
 * pixels. The same options produce the same pixels and annotations on every machine.
 */
public final class SampleSet {

  private SampleSet() {}

  /**
   * Draws a set into a directory that is empty, does not exist, or contains a set. An earlier set
   * is replaced when the new one is complete.
   *
   * @param folder the directory
   * @param options the options of the set
   * @return the content of the set
   * @throws IOException if the directory contains other files, or cannot be written
   */
  public static SampleCounts draw(Path folder, SampleOptions options) throws IOException {
    return draw(folder, options, false, () -> {});
  }

  /**
   * Draws a set.
   *
   * @param folder the directory
   * @param options the options of the set
   * @param overwrite whether files with the names of a set are replaced in a directory that
   *     contains other files
   * @param drawn called after each image, on any thread
   * @return the content of the set
   * @throws IOException if the directory contains other files and {@code overwrite} is false, or it
   *     cannot be written
   */
  public static SampleCounts draw(
      Path folder, SampleOptions options, boolean overwrite, Runnable drawn) throws IOException {
    try (SampleFolder place = SampleFolder.open(folder, overwrite)) {
      Path path = place.path();
      SampleCounts train = new Split("train", options.train(), 1).draw(path, options, drawn);
      int next = SampleOptions.MOST_PICTURES + 1;
      SampleCounts val = new Split("val", options.val(), next).draw(path, options, drawn);
      write(
          path.resolve("classes.txt"),
          Arrays.stream(Category.values())
              .map(category -> category.label() + "\n")
              .collect(Collectors.joining()));
      write(path.resolve(SampleFolder.MARK), SampleFolder.mark(options));
      place.finish();
      return train.plus(val);
    }
  }

  private static void write(Path file, String text) throws IOException {
    OutputFile.write(file, text.getBytes(StandardCharsets.UTF_8));
  }
}
