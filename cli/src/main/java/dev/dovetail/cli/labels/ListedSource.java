package dev.dovetail.cli.labels;

import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.LabelledImage;
import dev.dovetail.formats.LabelledObject;
import dev.dovetail.formats.coco.CocoCategory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A file that lists images with their labels. */
final class ListedSource implements LabelSource {

  private final Path file;
  private final Map<String, LabelledImage> images = new LinkedHashMap<>();
  private final List<CocoCategory> categories;

  /**
   * Indexes the images by name.
   *
   * @param categories the categories; empty for all that occur, in alphabetical order
   * @throws FormatException if two images have the same name
   */
  ListedSource(LabelRequest request, List<LabelledImage> listed, List<CocoCategory> categories)
      throws IOException {
    this.file = request.labels();
    for (LabelledImage image : listed) {
      LabelledImage other = images.putIfAbsent(image.name(), image);
      if (other != null) {
        throw new FormatException(
            image.source()
                + ": labels the image \""
                + image.fileName()
                + "\", as does "
                + other.source()
                + "; image names without extension must be unique");
      }
    }
    this.categories =
        !categories.isEmpty() && request.classes().isEmpty()
            ? categories
            : request.categories(names(), images::get);
  }

  @Override
  public List<String> names() {
    return List.copyOf(images.keySet());
  }

  @Override
  public Path folder() {
    return file;
  }

  @Override
  public List<CocoCategory> categories() {
    return categories;
  }

  @Override
  public boolean isScored() {
    return images.values().stream()
        .anyMatch(image -> image.objects().stream().anyMatch(LabelledObject::hasScore));
  }

  @Override
  public LabelledImage read(String name) {
    return images.get(name);
  }
}
