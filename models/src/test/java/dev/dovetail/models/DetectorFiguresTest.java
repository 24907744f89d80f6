package dev.dovetail.models;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.formats.Size;
import dev.dovetail.graph.Cost;
import dev.dovetail.testing.SharedFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Detectors in configs/ have the published numbers of parameters and operations. */
class DetectorFiguresTest {

  /**
   * RT-DETR's README and paper: parameters in millions, and operations at 640x640, where a
   * multiply-accumulate counts as two. They count both convolutions of a RepVGG block, as in
   * training.
   */
  @ParameterizedTest
  @CsvSource({
    "rt-detr-r18, 20, 60",
    "rt-detr-r34, 31, 92",
    "rt-detr-r50, 42, 136",
    "rt-detr-r101, 76, 259",
    "rt-detr-v2-r18, 20, 60",
    "rt-detr-v2-r34, 31, 92",
    "rt-detr-v2-r50, 42, 136",
    "rt-detr-v2-r101, 76, 259"
  })
  void rtDetrHasThePublishedFigures(String name, int millions, double giga) throws IOException {
    Cost cost = Cost.perScope(ModelGraph.training(model(name), 1, new Size(640, 640))).get("");
    assertEquals(millions, Math.floor(cost.parameters() / 1e6));
    assertEquals(giga, 2 * cost.macs() / 1e9, 0.03 * giga);
  }

  /**
   * The README's table: operations for images with a short edge of 800, where a multiply-accumulate
   * counts as one.
   */
  @ParameterizedTest
  @CsvSource({
    "deformable-detr-r50, 40, 173",
    "deformable-detr-refine-r50, 41, 173",
    "deformable-detr-two-stage-r50, 41, 173"
  })
  void deformableDetrHasThePublishedFigures(String name, int millions, double giga)
      throws IOException {
    Cost cost = cost(name, new Size(800, 1120));
    assertEquals(millions, cost.parameters() / 1e6, 1);
    assertEquals(giga, cost.macs() / 1e9, 0.03 * giga);
  }

  /**
   * Table 1 of the paper. Its operations exceed those of Dovetail by about five per value of a
   * softmax and by the boxes of all cells instead of the selected ones.
   */
  @ParameterizedTest
  @CsvSource({
    "lw-detr-tiny, 12.1, 11.2, 0.70",
    "lw-detr-small, 14.6, 16.6, 0.85",
    "lw-detr-medium, 28.2, 42.8, 0.85",
    "lw-detr-large, 46.8, 71.6, 2.61",
    "lw-detr-xlarge, 118.0, 174.2, 2.61"
  })
  void lwDetrHasThePublishedFigures(String name, double millions, double giga, double more)
      throws IOException {
    Cost cost = cost(name, new Size(640, 640));
    assertEquals(millions, cost.parameters() / 1e6, 0.005 * millions);
    assertEquals(giga, cost.macs() / 1e9 + more, 0.035 * giga);
  }

  /** RF-DETR's README: parameters only. */
  @ParameterizedTest
  @CsvSource({
    "rf-detr-nano, 384, 30.5",
    "rf-detr-small, 512, 32.1",
    "rf-detr-medium, 576, 33.7",
    "rf-detr-large, 704, 33.9"
  })
  void rfDetrHasThePublishedParameters(String name, int side, double millions) throws IOException {
    Cost cost = cost(name, new Size(side, side));
    assertEquals(millions, cost.parameters() / 1e6, 0.005 * millions);
  }

  private static Cost cost(String name, Size size) throws IOException {
    return Cost.perScope(ModelGraph.bare(model(name), 1, size)).get("");
  }

  private static Model<?, ?> model(String name) throws IOException {
    Path file = SharedFolder.projectRoot().resolve("configs").resolve(name + ".json");
    return ModelConfig.read(file, List.of(), PartRegistry.load()).model();
  }
}
