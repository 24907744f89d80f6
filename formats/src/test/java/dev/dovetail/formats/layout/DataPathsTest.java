package dev.dovetail.formats.layout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the paths of images and annotations in downloaded data sets. */
class DataPathsTest {

  @TempDir private Path root;

  private void directories(String... names) throws IOException {
    for (String name : names) {
      Files.createDirectories(root.resolve(name));
    }
  }

  private void file(String name) throws IOException {
    Files.createDirectories(root.resolve(name).getParent());
    Files.createFile(root.resolve(name));
  }

  private void found(Split split, AnnotationKind kind, String images, String annotations)
      throws IOException {
    assertEquals(
        new DataPaths(root.resolve(images), root.resolve(annotations)),
        DataPaths.find(root, split, kind).orElseThrow());
  }

  private void lacks(Split split, AnnotationKind kind, String... parts) {
    String message =
        assertThrows(IOException.class, () -> DataPaths.find(root, split, kind)).getMessage();
    for (String part : parts) {
      assertTrue(message.contains(part), message);
    }
  }

  @Test
  void coco() throws IOException {
    directories("val2017", "images/train2017");
    file("annotations/instances_val2017.json");
    file("annotations/panoptic_val2017.json");
    file("annotations/panoptic_train2017.json.gz");
    file("annotations/instances_val2014.json");
    file("annotations/captions_val2017.json");
    found(
        Split.VALIDATION, AnnotationKind.OBJECTS, "val2017", "annotations/instances_val2017.json");
    found(
        Split.VALIDATION, AnnotationKind.SEGMENTS, "val2017", "annotations/panoptic_val2017.json");
    found(
        Split.TRAIN,
        AnnotationKind.SEGMENTS,
        "images/train2017",
        "annotations/panoptic_train2017.json.gz");
    lacks(Split.TRAIN, AnnotationKind.OBJECTS, "missing instances_train*.json in");
    lacks(
        Split.VALIDATION,
        AnnotationKind.LABEL_MAPS,
        "missing directory " + root,
        "label map (PNG)");
    directories("annotations/val2017");
    found(Split.VALIDATION, AnnotationKind.LABEL_MAPS, "val2017", "annotations/val2017");
    directories("val2014");
    lacks(
        Split.VALIDATION,
        AnnotationKind.OBJECTS,
        "several candidates for val",
        "val2014",
        "val2017",
        "--images");
  }

  @Test
  void ade20k() throws IOException {
    directories("images/validation", "images/training", "annotations/validation");
    found(
        Split.VALIDATION, AnnotationKind.LABEL_MAPS, "images/validation", "annotations/validation");
    lacks(Split.TRAIN, AnnotationKind.LABEL_MAPS, "annotations", "ADEChallengeData2016.zip");
    lacks(Split.VALIDATION, AnnotationKind.SEGMENTS, "prepare_ade20k_pan_seg.py");
    file("ade20k_panoptic_val.json");
    file("ade20k_instance_train.json");
    found(
        Split.VALIDATION, AnnotationKind.SEGMENTS, "images/validation", "ade20k_panoptic_val.json");
    found(Split.TRAIN, AnnotationKind.OBJECTS, "images/training", "ade20k_instance_train.json");
  }

  @Test
  void cityscapes() throws IOException {
    directories("leftImg8bit/val", "leftImg8bit/train", "gtFine/val");
    for (AnnotationKind kind : AnnotationKind.values()) {
      found(Split.VALIDATION, kind, "leftImg8bit/val", "gtFine/val");
    }
    lacks(Split.TRAIN, AnnotationKind.OBJECTS, "missing directory " + root.resolve("gtFine/train"));
    file("gtFine/cityscapes_panoptic_val_trainId.json");
    found(
        Split.VALIDATION,
        AnnotationKind.SEGMENTS,
        "leftImg8bit/val",
        "gtFine/cityscapes_panoptic_val_trainId.json");
    file("gtFine/cityscapes_panoptic_val.json");
    found(
        Split.VALIDATION,
        AnnotationKind.SEGMENTS,
        "leftImg8bit/val",
        "gtFine/cityscapes_panoptic_val.json");
  }

  @Test
  void otherDirectoriesAreNotRecognized() throws IOException {
    directories("images/val", "annotations/val");
    file("annotations/val.json");
    assertTrue(DataPaths.find(root, Split.VALIDATION, AnnotationKind.OBJECTS).isEmpty());
    assertEquals(root, DataPaths.annotations(root, Split.VALIDATION, AnnotationKind.OBJECTS));
    assertTrue(DataPaths.unknown(root).contains("COCO (annotations/instances_val2017.json"));
  }
}
