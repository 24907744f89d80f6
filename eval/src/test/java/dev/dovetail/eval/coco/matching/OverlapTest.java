package dev.dovetail.eval.coco.matching;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dovetail.eval.coco.Fixtures;
import dev.dovetail.testing.FixtureFolders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class OverlapTest {

  @TestFactory
  Stream<DynamicTest> boxOverlapsEqualTheReference() {
    return FixtureFolders.below("fixtures/eval", "cases.json")
        .each(folder -> compareOverlaps(folder.resolve("cases.json")));
  }

  private static void compareOverlaps(Path file) throws IOException {
    for (JsonNode c : new ObjectMapper().readTree(file.toFile()).at("/cases/bbox_iou")) {
      for (int d = 0; d < c.get("dt").size(); d++) {
        double[] dt = Fixtures.doubles(c.get("dt").get(d));
        for (int g = 0; g < c.get("gt").size(); g++) {
          double[] gt = Fixtures.doubles(c.get("gt").get(g));
          boolean crowd = c.get("iscrowd").get(g).asInt() != 0;
          double iou = Overlap.box(dt, 0, gt, 0, crowd);
          assertEquals(c.get("iou").get(d).get(g).asDouble(), iou, 0.0);
        }
      }
    }
  }

  @Test
  void boxOverlapsEqualPixelCounts() {
    for (long seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      double[] d = {random.nextInt(8), random.nextInt(8), random.nextInt(8), random.nextInt(8)};
      double[] g = {random.nextInt(8), random.nextInt(8), 1 + random.nextInt(8), random.nextInt(8)};
      int inter = 0;
      int union = 0;
      int inside = 0;
      for (int pixel = 0; pixel < 256; pixel++) {
        boolean inD = holds(d, pixel % 16, pixel / 16);
        boolean inG = holds(g, pixel % 16, pixel / 16);
        inter += inD && inG ? 1 : 0;
        union += inD || inG ? 1 : 0;
        inside += inD ? 1 : 0;
      }
      double iou = Overlap.box(d, 0, g, 0, false);
      assertEquals(inter == 0 ? 0 : (double) inter / union, iou, "seed " + seed);
      double share = Overlap.box(d, 0, g, 0, true);
      assertEquals(inter == 0 ? 0 : (double) inter / inside, share, "seed " + seed);
    }
  }

  private static boolean holds(double[] box, int x, int y) {
    return x >= box[0] && x < box[0] + box[2] && y >= box[1] && y < box[1] + box[3];
  }
}
