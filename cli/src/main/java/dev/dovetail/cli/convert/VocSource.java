package dev.dovetail.cli.convert;

import dev.dovetail.cli.console.UsageException;
import dev.dovetail.files.DataFolder;
import dev.dovetail.formats.LabelledObject;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.image.ImageFormat;
import dev.dovetail.formats.voc.VocAnnotation;
import dev.dovetail.images.ImageReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** A folder of Pascal VOC's annotation files, each naming its image and its size. */
final class VocSource implements LabelSource {

  private final Path folder;
  private final Map<String, Path> files;
  private final Map<String, Path> images;
  private final Map<Path, Size> sizes = new HashMap<>();
  private final List<String> classes;
  private final VocAnnotation.Pixels pixels;
  private final Warnings warnings;

  /**
   * Lists the folders.
   *
   * @param images of the annotations, for their sizes; null if they are not at hand
   * @param classes empty for all that occur, by the alphabet
   * @throws UsageException if there is no annotation file
   */
  VocSource(
      Path folder,
      Path images,
      List<String> classes,
      VocAnnotation.Pixels pixels,
      Warnings warnings)
      throws IOException {
    this.images =
        images == null ? null : LabelSource.files("--images", images, ImageFormat.ENDINGS);
    this.warnings = warnings;
    this.folder = folder;
    this.files = LabelSource.files("--labels", folder, Set.of("xml"));
    this.classes = classes;
    this.pixels = pixels;
    if (files.isEmpty()) {
      throw new UsageException("there is no XML file in the folder " + folder);
    }
  }

  @Override
  public List<String> names() {
    return List.copyOf(files.keySet());
  }

  @Override
  public Path folder() {
    return folder;
  }

  @Override
  public List<String> classes() throws IOException {
    if (!classes.isEmpty()) {
      return classes;
    }
    TreeSet<String> met = new TreeSet<>();
    for (Path file : files.values()) {
      read(file, new Warnings(Strictness.LENIENT)).objects().stream()
          .map(LabelledObject::category)
          .forEach(met::add);
    }
    return List.copyOf(met);
  }

  @Override
  public Labelled read(String name) throws IOException {
    Path file = files.get(name);
    VocAnnotation annotation = read(file, warnings);
    String image =
        annotation.fileName().isEmpty()
            ? name + ".jpg"
            : name.substring(0, name.lastIndexOf('/') + 1) + annotation.fileName();
    return new Labelled(file, image, annotation.size(), annotation.objects());
  }

  private VocAnnotation read(Path file, Warnings odd) throws IOException {
    Optional<Size> size = Optional.empty();
    if (images != null) {
      Path image = images.get(DataFolder.stem(folder, file));
      if (image == null) {
        odd.add("annotations without an image in the folder of --images", file::toString);
      } else {
        if (!sizes.containsKey(image)) {
          sizes.put(image, ImageReader.read(image).size());
        }
        size = Optional.of(sizes.get(image));
      }
    }
    return VocAnnotation.read(file, pixels, size, odd);
  }
}
