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

/** Image files by their names. An image is decoded once, when its size is asked for. */
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
   * The images in a folder and below it.
   *
   * @throws UsageException if it is not a folder or two files differ by their ending alone
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

  /** The upright size: labels may be fractions of it, so that EXIF orientation matters. */
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
  public Optional<String> file(String fileName) {
    return name(fileName).map(this::fileName);
  }

  /** The image that a file name, with or without ending, stands for. */
  Optional<String> name(String fileName) {
    List<String> found = index.find(fileName);
    found = found.isEmpty() ? index.find(LabelledImage.stem(fileName)) : found;
    return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
  }
}
