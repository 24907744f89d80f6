package dev.dovetail.formats.datasets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.cityscapes.CityscapesLabel;
import dev.dovetail.formats.coco.CocoAnnotation;
import dev.dovetail.formats.coco.CocoAnnotation.Crowd;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.panoptic.PanopticDataset;
import dev.dovetail.formats.panoptic.PanopticSegment;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.formats.semantic.LabelPng;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the ground truths derived from {@code *_instanceIds.png}. */
class CityscapesTruthTest {

  @TempDir private Path folder;

  private Path map(String name, int width, int... values) throws IOException {
    short[] labels = new short[values.length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (short) values[i];
    }
    Path file = folder.resolve(name + "_gtFine_instanceIds.png");
    Files.createDirectories(file.getParent());
    LabelPng.write(file, new LabelMap.Shorts(new Size(values.length / width, width), labels));
    return file;
  }

  @Test
  void objectsGroupsAndVoidBecomeAnnotations() throws IOException {
    map("ulm/ulm_000001_000019", 3, 7, 26000, 26000, 4, 26, 0, 29001, 24003, 29);
    CityscapesTruth truth = CityscapesTruth.read(folder);
    assertEquals(List.of("ulm/ulm_000001_000019"), truth.cores());
    CocoDataset objects = truth.objects();
    assertEquals("ulm/ulm_000001_000019_leftImg8bit.png", objects.images().get(0).fileName());
    assertEquals(8, objects.categories().size());
    assertEquals(
        List.of("26 YES 1.0", "24 NO 1.0", "26 NO 2.0"),
        objects.annotations().stream()
            .map(a -> a.categoryId() + " " + a.crowd() + " " + a.area())
            .toList());
    CocoAnnotation car = objects.annotations().get(2);
    assertArrayEquals(
        new byte[] {0, 1, 1, 0, 0, 0, 0, 0, 0}, car.segmentation().toRle(3, 3).toRowMajor());
    List<CocoAnnotation> ignored =
        truth.objectsAndVoid().annotations().stream().filter(CocoAnnotation::ignore).toList();
    assertEquals(8, ignored.size());
    assertTrue(ignored.stream().allMatch(a -> a.crowd() == Crowd.NO && a.area() == 3));
  }

  /**
   * As in {@code createPanopticImgs}, groups of things are crowds, stuff is not, and the rest is
   * void.
   */
  @Test
  void segmentsMatchTheScript() throws IOException {
    Path file = map("ulm/ulm_000001_000019", 3, 7, 26000, 26000, 4, 26, 0, 29001, 24003, 29);
    map("aachen/aachen_000000_000019", 1, 23);
    PanopticDataset segments = CityscapesTruth.read(folder).segments();
    assertEquals(CityscapesLabel.classNames(), names(segments));
    assertEquals(8, segments.categories().stream().filter(c -> c.isThing()).count());
    assertEquals("aachen_000000_000019", segments.annotations().get(0).key());
    assertEquals("ulm_000001_000019_gtFine_panoptic.png", segments.annotations().get(1).fileName());
    assertEquals(
        List.of(
            new PanopticSegment(7, 7, 1, false),
            new PanopticSegment(26, 26, 1, true),
            new PanopticSegment(24003, 24, 1, false),
            new PanopticSegment(26000, 26, 2, false)),
        segments.annotations().get(1).segments());
    assertArrayEquals(
        new int[] {7, 26000, 26000, 0, 26, 0, 0, 24003, 0}, CityscapesTruth.segments(file).ids());
  }

  private static List<String> names(PanopticDataset segments) {
    return segments.categories().stream().map(c -> c.name()).toList();
  }

  @Test
  void labelsAreThe34OfTheScripts() {
    for (int id = 0; id < CityscapesLabel.ALL.size(); id++) {
      assertEquals(id, CityscapesLabel.ALL.get(id).id());
    }
    assertEquals(34, CityscapesLabel.ALL.size());
    assertEquals("caravan", CityscapesLabel.ofInstance(29017).orElseThrow().name());
    assertTrue(CityscapesLabel.ofInstance(34).isEmpty());
    assertTrue(CityscapesLabel.ofInstance(34000).isEmpty());
    assertEquals(18, CityscapesLabel.trainIds().get(33));
    assertEquals(33, CityscapesLabel.ids().get(18));
  }

  @Test
  void twoAnnotationsOfAnImageAreRejected() throws IOException {
    map("a/ulm_000001_000019", 1, 7);
    map("b/ulm_000001_000019", 1, 7);
    String message =
        assertThrows(IOException.class, () -> CityscapesTruth.read(folder).segments()).getMessage();
    assertTrue(message.contains("is a second annotation of the image ulm_000001_000019"), message);
  }
}
