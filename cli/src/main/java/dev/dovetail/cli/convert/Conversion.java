package dev.dovetail.cli.convert;

import dev.dovetail.cli.labels.LabelSource;
import dev.dovetail.cli.labels.LabelTarget;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.LabelledImage;
import dev.dovetail.formats.LabelledObject;
import dev.dovetail.formats.coco.CocoCategory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Reads a data set image by image and writes it in another format. */
final class Conversion {

  /** What is done with an image on the way. */
  interface Step {
    LabelledImage apply(LabelledImage image) throws IOException;
  }

  private final LabelSource source;
  private final List<String> names;
  private final Map<String, List<CocoCategory>> categories;
  private final Set<String> leftOut;
  private final Map<String, String> seen = new HashMap<>();

  /**
   * What is converted.
   *
   * @param names of the images, in the order in which they are written
   * @param categories that objects may have
   * @param leftOut categories whose objects are left out without a word
   */
  Conversion(
      LabelSource source, List<String> names, List<CocoCategory> categories, Set<String> leftOut) {
    this.source = source;
    this.names = names;
    this.categories = categories.stream().collect(Collectors.groupingBy(CocoCategory::name));
    this.leftOut = leftOut;
  }

  /**
   * Writes all images.
   *
   * @param step what is done with each image
   * @param change what is done with each object
   * @return how many images and objects there are
   */
  String write(LabelTarget target, Step step, UnaryOperator<LabelledObject> change)
      throws IOException {
    int objects = 0;
    for (String name : names) {
      LabelledImage image = step.apply(source.read(name));
      String other = seen.put(image.fileName(), image.source());
      if (other != null) {
        throw new FormatException(
            image.source()
                + (": is about the image \"" + image.fileName() + "\", as is " + other)
                + "; an image has one file of labels");
      }
      List<LabelledObject> kept = new ArrayList<>();
      for (LabelledObject object : image.objects()) {
        if (!leftOut.contains(object.category())) {
          requireCategory(image, object);
          kept.add(change.apply(object));
        }
      }
      add(target, image.with(kept));
      objects += kept.size();
    }
    target.finish();
    return names.size() + " images, " + objects + " objects";
  }

  /** Names the file whose outline cannot be filled. */
  private static void add(LabelTarget target, LabelledImage image) throws IOException {
    try {
      target.add(image);
    } catch (IllegalArgumentException e) {
      throw new FormatException(image.source() + ": " + e.getMessage(), e);
    }
  }

  private void requireCategory(LabelledImage image, LabelledObject object) throws FormatException {
    int found = categories.getOrDefault(object.category(), List.of()).size();
    if (found != 1) {
      throw new FormatException(
          image.source()
              + ": there is "
              + (found == 0 ? "no" : "more than one")
              + (" class of the name \"" + object.category() + "\""));
    }
  }
}
