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

  /** A transformation of an image. */
  interface Step {
    LabelledImage apply(LabelledImage image) throws IOException;
  }

  private final LabelSource source;
  private final List<String> names;
  private final Map<String, List<CocoCategory>> categories;
  private final Set<String> leftOut;
  private final Map<String, String> seen = new HashMap<>();

  /**
   * Creates a conversion.
   *
   * @param names the names of the images, in output order
   * @param categories the allowed categories of objects
   * @param leftOut categories whose objects are silently ignored
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
   * @param step transforms each image
   * @param change transforms each object
   * @return a summary with the number of images and objects
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
                + (": labels the image \"" + image.fileName() + "\", as does " + other)
                + "; an image can have only one label file");
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

  /** Adds an image. An exception for an invalid outline names the file. */
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
              + ": the categories contain "
              + (found == 0 ? "no" : "more than one")
              + (" class with the name \"" + object.category() + "\""));
    }
  }
}
