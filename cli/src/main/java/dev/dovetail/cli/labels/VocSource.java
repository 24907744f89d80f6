package dev.dovetail.cli.labels;

import dev.dovetail.cli.console.UsageException;
import dev.dovetail.formats.LabelledImage;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.CocoCategory;
import dev.dovetail.formats.voc.VocAnnotation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A directory of Pascal VOC annotation files. Each contains the name and size of its image. */
final class VocSource implements LabelSource {

  private final Path folder;
  private final Map<String, Path> files;
  private final LabelRequest request;

  /**
   * Lists the directory.
   *
   * @throws UsageException if there are no annotation files
   */
  VocSource(LabelRequest request) throws IOException {
    this.request = request;
    this.folder = request.folder("Annotations");
    this.files = LabelSource.files("--labels", folder, Set.of("xml"));
    if (files.isEmpty()) {
      throw new UsageException("no XML files in the directory " + folder);
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
  public List<CocoCategory> categories() throws IOException {
    Warnings ignored = new Warnings(Strictness.LENIENT);
    return request.categories(names(), name -> read(name, ignored));
  }

  @Override
  public LabelledImage read(String name) throws IOException {
    return read(name, request.warnings());
  }

  private LabelledImage read(String name, Warnings warnings) throws IOException {
    Path file = files.get(name);
    Optional<Size> size = request.sizes().find(name);
    if (request.images() instanceof ImageFiles && size.isEmpty()) {
      warnings.add("annotations without an image in the directory of --images", file::toString);
    }
    VocAnnotation annotation = VocAnnotation.read(file, request.pixels(), size, warnings);
    String image =
        annotation.fileName().isEmpty()
            ? name + ".jpg"
            : name.substring(0, name.lastIndexOf('/') + 1) + annotation.fileName();
    return new LabelledImage(file.toString(), name, image, annotation.size(), annotation.objects());
  }
}
