package dev.dovetail.formats.layout;

import dev.dovetail.formats.FormatException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * ADE20K as ADEChallengeData2016: {@code images/validation} and {@code annotations/validation}; and
 * the files of objects and segments created by Mask2Former's scripts.
 */
record Ade20kLayout() implements DatasetLayout {

  private static final String IMAGES = "images";

  @Override
  public String outline() {
    return "ADE20K (images/validation, with annotations/validation or ade20k_panoptic_val.json)";
  }

  @Override
  public boolean recognizes(Path root) {
    return Files.isDirectory(root.resolve(IMAGES).resolve("validation"))
        || Files.isDirectory(root.resolve(IMAGES).resolve("training"));
  }

  @Override
  public DataPaths find(Path root, Split split, AnnotationKind kind) throws FormatException {
    String part = split == Split.TRAIN ? "training" : "validation";
    Path images =
        DatasetLayout.directory(
            root.resolve(IMAGES).resolve(part), "it is in ADEChallengeData2016.zip");
    return new DataPaths(
        images,
        switch (kind) {
          case LABEL_MAPS ->
              DatasetLayout.directory(
                  root.resolve("annotations").resolve(part),
                  "it is in ADEChallengeData2016.zip, with a label map (PNG) for every image");
          case SEGMENTS -> file(root, "panoptic", "prepare_ade20k_pan_seg.py", split);
          case OBJECTS -> file(root, "instance", "prepare_ade20k_ins_seg.py", split);
        });
  }

  private static Path file(Path root, String kind, String script, Split split)
      throws FormatException {
    Path file = root.resolve("ade20k_" + kind + "_" + split.label() + ".json");
    if (!Files.exists(file)) {
      throw new FormatException(
          file + " does not exist; create it from ADE20K with Mask2Former's " + script);
    }
    return file;
  }
}
