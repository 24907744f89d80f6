package dev.dovetail.models;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.formats.Size;
import dev.dovetail.graph.Cost;
import dev.dovetail.graph.Graph;
import dev.dovetail.testing.SharedFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** UperNet in configs/ has the published numbers of parameters and operations. */
class UperNetFiguresTest {

  /** Learned values in millions: table 3 of Swin's paper, table 7 of ConvNeXt's. */
  @ParameterizedTest
  @CsvSource({
    "swin-tiny, 60",
    "swin-small, 81",
    "swin-base, 121",
    "swin-large, 234",
    "convnext-tiny, 60",
    "convnext-small, 82",
    "convnext-base, 122",
    "convnext-large, 235",
    "convnext-xlarge, 391"
  })
  void parametersAreThoseOfThePapers(String name, int millions) throws IOException {
    assertEquals(millions, Math.round(parameters(name) / 1e6));
  }

  /**
   * Table 7 of ConvNeXt's paper, without the auxiliary head, for images with four times the side of
   * the windows. Swin's figures exclude the products of its attention, those of Dovetail the
   * padding of windows. Its large variant is not compared since its window differs.
   */
  @ParameterizedTest
  @CsvSource({
    "swin-tiny, 945, 512, 0.01",
    "swin-small, 1038, 512, 0.01",
    "swin-base, 1188, 512, 0.01",
    "convnext-tiny, 939, 512, 0.001",
    "convnext-small, 1027, 512, 0.001",
    "convnext-base, 1170, 512, 0.001",
    "convnext-large, 2458, 640, 0.001",
    "convnext-xlarge, 3335, 640, 0.001"
  })
  void operationsAreThoseOfThePaper(String name, double giga, int side, double share)
      throws IOException {
    Cost cost = Cost.perScope(ModelGraph.bare(model(name), 1, new Size(side, 4 * side))).get("");
    assertEquals(giga, cost.macs() / 1e9, share * giga);
  }

  /**
   * The file sizes on Hugging Face in megabytes, with four bytes for each value. BEiT's blocks
   * additionally have a table with eight bytes for each pair of the 40 x 40 patches and the class
   * token.
   */
  @ParameterizedTest
  @CsvSource({
    "swin-tiny, 240, 0",
    "swin-large, 940, 0",
    "convnext-tiny, 241, 0",
    "convnext-xlarge, 1560, 0",
    "beit-base, 900, 12",
    "beit-large, 2260, 24"
  })
  void filesHaveThePublishedSize(String name, double megabytes, int blocks) throws IOException {
    double tables = blocks * 8.0 * 1601 * 1601;
    assertEquals(megabytes, (4 * parameters(name) + tables) / 1e6, 0.005 * megabytes);
  }

  /** Includes the auxiliary head, which is used in training only. */
  private static long parameters(String name) throws IOException {
    Graph graph = ModelGraph.training(model(name), 1, new Size(640, 640));
    return Cost.perScope(graph).get("").parameters();
  }

  private static Model<?, ?> model(String name) throws IOException {
    Path file = SharedFolder.projectRoot().resolve("configs/upernet-" + name + ".json");
    return ModelConfig.read(file, List.of(), PartRegistry.load()).model();
  }
}
