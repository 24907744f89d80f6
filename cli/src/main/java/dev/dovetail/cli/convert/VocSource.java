package dev.dovetail.cli.convert;

import dev.dovetail.cli.console.UsageException;
import dev.dovetail.data.coco.LabelledObject;
import dev.dovetail.data.voc.VocAnnotation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** A folder of Pascal VOC's annotation files, each naming its image and its size. */
final class VocSource implements LabelSource {

  private final Path folder;
  private final Map<String, Path> files;
  private final List<String> classes;
  private final VocAnnotation.Pixels pixels;

  /**
   * Lists the folder.
   *
   * @param classes empty for all that occur, by the alphabet
   * @throws UsageException if there is no annotation file
   */
  VocSource(Path folder, List<String> classes, VocAnnotation.Pixels pixels) throws IOException {
    this.folder = folder;
    this.files = LabelSource.files("--labels", folder, name -> name.endsWith(".xml"));
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
      VocAnnotation.read(file, pixels).objects().stream()
          .map(LabelledObject::category)
          .forEach(met::add);
    }
    return List.copyOf(met);
  }

  @Override
  public Labelled read(String name) throws IOException {
    Path file = files.get(name);
    VocAnnotation annotation = VocAnnotation.read(file, pixels);
    String image = annotation.fileName().isEmpty() ? name + ".jpg" : annotation.fileName();
    return new Labelled(file, image, annotation.size(), annotation.objects());
  }
}
