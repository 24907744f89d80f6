package dev.dovetail.sample;

import dev.dovetail.files.OutputFile;
import dev.dovetail.sample.scene.Category;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Draws a data set: scenes with objects that hide each other, crowds and small objects, in sun and
 * shade, with the exact pixels of each.
 *
 * <pre>
 * images/{train,val}/000001.png                    the pictures
 * annotations/instances_{train,val}.json           boxes and masks, COCO's format
 * annotations/panoptic_{train,val}.json, …/*.png   panoptic, COCO's format
 * annotations/{train,val}/000001.png               label maps, ADE20K's format: 1 is the first class
 * classes.txt                                      the names of the classes 1, 2, …
 * sample-set.json                                  the options; there when the set is whole
 * </pre>
 *
 * <p>A pixel is that object's, or that stuff's, which its middle shows; boxes and areas are those
 * of the visible pixels. The same options give the same pixels and annotations on every machine.
 */
public final class SampleSet {

  private SampleSet() {}

  /**
   * Draws a set into a folder that is empty, does not exist yet, or holds a set, which is replaced
   * when the new one is whole.
   *
   * @param folder where the set is to be
   * @param options what it is to be like
   * @return what it holds
   * @throws IOException if there is something else in the folder, or it cannot be written
   */
  public static SampleCounts draw(Path folder, SampleOptions options) throws IOException {
    return draw(folder, options, false, () -> {});
  }

  /**
   * Draws a set.
   *
   * @param folder where the set is to be
   * @param options what it is to be like
   * @param overwrite whether files of a set's names are replaced in a folder that holds other
   *     things
   * @param drawn called after each picture, on any thread
   * @return what it holds
   * @throws IOException if there is something else in the folder and it is not to be overwritten,
   *     or it cannot be written
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
