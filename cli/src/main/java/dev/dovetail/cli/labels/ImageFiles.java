package dev.dovetail.cli.labels;

import dev.dovetail.cli.console.UsageException;
import dev.dovetail.formats.LabelledImage;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.image.ImageFormat;
import dev.dovetail.images.ImageReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Image files by name. An image is decoded once, when its size is requested. */
public final class ImageFiles implements Images {

  private final Path folder;
  private final Map<String, Path> files;
  private final PathIndex<String> index = new PathIndex<>();
  private final Map<Path, Size> sizes = new HashMap<>();

  ImageFiles(Path folder, Map<String, Path> files) {
    this.folder = folder;
    this.files = files;
    files.keySet().forEach(name -> index.add(name, name));
  }

  /**
   * Lists the images in a directory and its subdirectories.
   *
   * @throws UsageException if the path is not a directory, or two files differ only in their
   *     extension
   */
  public static ImageFiles in(Path folder) throws IOException {
    return new ImageFiles(folder, LabelSource.files("--images", folder, ImageFormat.ENDINGS));
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
  public String fileName(String name) {
    Path file = files.get(name);
    return file.startsWith(folder) ? folder.relativize(file).toString() : file.toString();
  }

  /** Returns the size after applying the EXIF orientation, since labels may be fractions of it. */
  @Override
  public Size size(String name) throws IOException {
    Path file = files.get(name);
    Size size = sizes.get(file);
    if (size == null) {
      size = ImageReader.read(file).size();
      sizes.put(file, size);
    }
    return size;
  }

  @Override
  public Optional<Size> find(String fileName) throws IOException {
    Optional<String> name = name(fileName);
    return name.isEmpty() ? Optional.empty() : Optional.of(size(name.get()));
  }

  @Override
  public Optional<String> path(String fileName) {
    return name(fileName).map(this::fileName);
  }

  /** Returns the path of the image with this file name, with or without extension. */
  Optional<Path> file(String fileName) {
    return name(fileName).map(files::get);
  }

  /** Returns the image with this file name, with or without extension. */
  Optional<String> name(String fileName) {
    List<String> found = index.find(fileName);
    found = found.isEmpty() ? index.find(LabelledImage.stem(fileName)) : found;
    return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
  }
}
