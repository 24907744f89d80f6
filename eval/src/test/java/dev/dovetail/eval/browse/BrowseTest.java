package dev.dovetail.eval.browse;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.eval.gallery.FakePictures;
import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.image.Pictures.Picture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrowseTest {

  @TempDir Path folder;

  private NearDuplicates.Pair pair(int first, int second) {
    return new NearDuplicates.Pair(first, second, 3);
  }

  @Test
  void transitivelySimilarImagesAreOneGroup() {
    assertEquals(
        List.of(List.of(0, 2, 4, 7), List.of(1, 5)),
        NearDuplicates.groups(List.of(pair(2, 4), pair(1, 5), pair(4, 7), pair(0, 2))));
    assertEquals(List.of(), NearDuplicates.groups(List.of()));
  }

  @Test
  void equalImagesAreFoundButNotDifferentOrMissingOnes() throws IOException {
    NearDuplicates duplicates = new NearDuplicates(4);
    List<String> contents = List.of("ab", "ba", "ab");
    for (int i = 0; i < contents.size(); i++) {
      Path file = Files.writeString(folder.resolve(i + ".png"), contents.get(i));
      try (Picture picture = new FakePictures().read(file)) {
        duplicates.add(i, picture);
      }
    }
    assertEquals(List.of(new NearDuplicates.Pair(0, 2, 0)), duplicates.pairs());
  }

  @Test
  void crowdsAreCountedSeparatelyAndImagesWithOnlyCrowdsAreEmpty() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("set.json"),
            """
            {"images": [{"id": 1, "file_name": "a.jpg", "width": 9, "height": 9},
              {"id": 2, "file_name": "b.jpg", "width": 9, "height": 9},
              {"id": 3, "file_name": "c.jpg", "width": 9, "height": 9}],
             "categories": [{"id": 5, "name": "x"}, {"id": 4, "name": "y"}],
             "annotations": [
              {"id": 1, "image_id": 1, "category_id": 5, "bbox": [0, 0, 4, 2], "area": 8, "iscrowd": 0},
              {"id": 2, "image_id": 1, "category_id": 4, "bbox": [0, 0, 1, 1], "iscrowd": 0},
              {"id": 3, "image_id": 1, "category_id": 5, "bbox": [0, 0, 3, 3], "area": 9, "iscrowd": 0},
              {"id": 4, "image_id": 2, "category_id": 5, "bbox": [0, 0, 9, 9], "area": 81, "iscrowd": 1}]}
            """);
    SetStatistics set = SetStatistics.of(CocoDataset.read(file, new Warnings(Strictness.LENIENT)));
    assertEquals(List.of("b.jpg", "c.jpg"), set.empty());
    assertEquals(1, set.crowds());
    assertEquals(3, set.objects());
    assertEquals(new SetStatistics.ClassCount("x", 2, 1, 9, 17), set.classes().get(0));
    assertEquals(1, set.together()[0][1]);
    assertArrayEquals(new double[] {1, 8, 9}, set.areas());
    assertArrayEquals(new double[] {1, 1, 2}, set.aspects());
  }

  @Test
  void everyValueIsInOneBin() {
    long[] bins = SetStatistics.histogram(new double[] {0, 0.9, 1, 5, 99}, 0, 1, 2, 10);
    assertArrayEquals(new long[] {2, 1, 2}, bins);
    assertTrue(SetStatistics.histogram(new double[0], 0, 1).length == 1);
  }
}
