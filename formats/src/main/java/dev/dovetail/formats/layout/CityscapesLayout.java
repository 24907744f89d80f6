package dev.dovetail.formats.layout;

import dev.dovetail.formats.FormatException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Cityscapes: {@code leftImg8bit/val/CITY} and {@code gtFine/val/CITY}. */
record CityscapesLayout() implements DatasetLayout {

  private static final String IMAGES = "leftImg8bit";
  private static final String ANNOTATIONS = "gtFine";

  @Override
  public String outline() {
    return "Cityscapes (leftImg8bit/val/CITY/*.png, gtFine/val/CITY/*.png)";
  }

  @Override
  public boolean recognizes(Path root) {
    return Files.isDirectory(root.resolve(IMAGES)) || Files.isDirectory(root.resolve(ANNOTATIONS));
  }

  @Override
  public DataPaths find(Path root, Split split, AnnotationKind kind) throws FormatException {
    Path images =
        DatasetLayout.directory(
            root.resolve(IMAGES).resolve(split.label()),
            "unpack Cityscapes' images, leftImg8bit_trainvaltest.zip, in " + root);
    Path annotations = root.resolve(ANNOTATIONS);
    DatasetLayout.directory(
        annotations, "unpack Cityscapes' annotations, gtFine_trainvaltest.zip, in " + root);
    if (kind == AnnotationKind.SEGMENTS) {
      String json = "cityscapes_panoptic_" + split.label();
      for (Path file :
          Stream.of(json + ".json", json + "_trainId.json").map(annotations::resolve).toList()) {
        if (Files.exists(file)) {
          return new DataPaths(images, file);
        }
      }
    }
    return new DataPaths(
        images,
        DatasetLayout.directory(
            annotations.resolve(split.label()), "it is in gtFine_trainvaltest.zip"));
  }
}
