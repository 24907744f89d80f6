package dev.dovetail.train.data;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.classification.ImageFolder;
import dev.dovetail.images.ImageReader;
import dev.dovetail.images.ImageSource;
import dev.dovetail.train.data.augment.AnnotatedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Images with one class each, in the layout of torchvision's {@code ImageFolder}. */
public final class ImageFolderTrainingSet implements TrainingSet {

  private final ImageFolder folder;

  private ImageFolderTrainingSet(ImageFolder folder) {
    this.folder = folder;
  }

  /**
   * Finds the images. No image is opened.
   *
   * @param folder a directory with a subdirectory for each class
   * @param classes the names of the subdirectories in label order, such as those of another split
   *     of the same data set; empty for all subdirectories, sorted by name
   * @param warnings collects warnings about classes without images, and about ignored directories
   *     and files
   * @return the set
   * @throws IOException if {@link ImageFolder#open} cannot use the directory
   */
  public static ImageFolderTrainingSet open(Path folder, List<String> classes, Warnings warnings)
      throws IOException {
    return new ImageFolderTrainingSet(ImageFolder.open(folder, classes, warnings));
  }

  /** {@return the class names in label order} */
  public List<String> classes() {
    return folder.classes();
  }

  @Override
  public String summary() {
    return count() + " images in " + classes().size() + " classes";
  }

  @Override
  public int count() {
    return folder.entries().size();
  }

  @Override
  public String name(int image) {
    return folder.entries().get(image).file().toString();
  }

  @Override
  public Size size(int image) throws IOException {
    return ImageSource.of(folder.entries().get(image).file()).size();
  }

  @Override
  public AnnotatedImage read(int image) throws IOException {
    ImageFolder.Entry entry = folder.entries().get(image);
    return AnnotatedImage.ofClass(ImageReader.read(entry.file()), entry.label());
  }
}
