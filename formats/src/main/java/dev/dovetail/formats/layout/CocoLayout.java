package dev.dovetail.formats.layout;

import dev.dovetail.files.DataFolder;
import dev.dovetail.formats.FormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * COCO: {@code annotations/instances_val2017.json} or {@code annotations/panoptic_val2017.json},
 * and the images in {@code val2017} or {@code images/val2017}.
 */
record CocoLayout() implements DatasetLayout {

  private static final String ANNOTATIONS = "annotations";
  private static final Pattern FILE =
      Pattern.compile("(instances|panoptic)_((train|val)[0-9]*)\\.json(?:\\.gz)?");

  @Override
  public String outline() {
    return "COCO (annotations/instances_val2017.json or annotations/panoptic_val2017.json,"
        + " val2017)";
  }

  @Override
  public boolean recognizes(Path root) throws IOException {
    return !files(root).isEmpty();
  }

  private static List<Matcher> files(Path root) throws IOException {
    Path folder = root.resolve(ANNOTATIONS);
    return Files.isDirectory(folder)
        ? DataFolder.files(folder, 1).stream()
            .map(file -> FILE.matcher(file.getFileName().toString()))
            .filter(Matcher::matches)
            .toList()
        : List.of();
  }

  @Override
  public DataPaths find(Path root, Split split, AnnotationKind kind) throws IOException {
    String type = kind == AnnotationKind.SEGMENTS ? "panoptic" : "instances";
    List<Matcher> files =
        files(root).stream()
            .filter(file -> file.group(3).equals(split.label()))
            .filter(file -> kind == AnnotationKind.LABEL_MAPS || file.group(1).equals(type))
            .toList();
    List<String> parts = files.stream().map(file -> file.group(2)).distinct().toList();
    List<String> present = parts.stream().filter(part -> images(root, part).isPresent()).toList();
    if (parts.isEmpty()) {
      throw new FormatException(
          "missing " + type + "_" + split.label() + "*.json in " + root.resolve(ANNOTATIONS));
    }
    if (present.size() > 1) {
      throw new FormatException(
          root
              + (" contains several candidates for "
                  + split.label()
                  + ": "
                  + String.join(", ", present))
              + "; specify --images and --annotations of one");
    }
    if (present.isEmpty()) {
      throw new FormatException(
          "missing images for "
              + files.stream().map(Matcher::group).collect(Collectors.joining(", "))
              + (": expected the directory " + root.resolve(parts.get(0)) + " or ")
              + root.resolve("images").resolve(parts.get(0)));
    }
    String part = present.get(0);
    Path annotations = root.resolve(ANNOTATIONS);
    return new DataPaths(
        images(root, part).orElseThrow(),
        kind == AnnotationKind.LABEL_MAPS
            ? DatasetLayout.directory(
                annotations.resolve(part), "expected one with a label map (PNG) for every image")
            : annotations.resolve(
                files.stream()
                    .filter(file -> file.group(2).equals(part))
                    .findFirst()
                    .orElseThrow()
                    .group()));
  }

  private static Optional<Path> images(Path root, String part) {
    return Stream.of(root.resolve(part), root.resolve("images").resolve(part))
        .filter(Files::isDirectory)
        .findFirst();
  }
}
