package dev.dovetail.models;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.backbones.vit.VisionTransformer;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Cost;
import dev.dovetail.heads.BackboneNetwork;
import dev.dovetail.testing.SharedFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The published sizes of D-FINE and DEIMv2. Their figures are those of deployed models, in which a
 * RepVGG block is a single convolution. A multiply-accumulate counts as two operations. The counter
 * of DEIMv2's authors does not include the products of a plain transformer's fused attention.
 */
class DFineSizesTest {

  /** The parameters that a deployed model lacks: the 1x1 branch of each RepVGG block. */
  private static final Pattern FOLDED = Pattern.compile(".*\\.bottlenecks\\.\\d+\\.conv2");

  @ParameterizedTest
  @CsvSource({
    "d-fine-n, 4, 7, 1",
    "d-fine-s, 10, 25, 1",
    "d-fine-m, 19, 57, 1",
    "d-fine-l, 31, 91, 1",
    "d-fine-x, 62, 202, 1",
    "deimv2-atto, 0.5, 0.8, 0.1",
    "deimv2-femto, 1.0, 1.7, 0.1",
    "deimv2-pico, 1.5, 5.2, 0.1",
    "deimv2-n, 3.6, 6.8, 0.1",
    "deimv2-s, 9.7, 25.6, 0.1",
    "deimv2-m, 18.1, 52.2, 0.1",
    "deimv2-l, 32.2, 96.7, 0.1",
    "deimv2-x, 50.3, 151.6, 0.1"
  })
  void everySizeHasThePublishedCost(String name, double parameters, double operations, double digit)
      throws IOException {
    Path file = SharedFolder.projectRoot().resolve("configs/" + name + ".json");
    Model<?, ?> model = ModelConfig.read(file, List.of(), PartRegistry.load()).model();
    List<Integer> scale = model.preprocess().target().scale();
    Map<String, Cost> costs =
        Cost.perScope(ModelGraph.bare(model, 1, new Size(scale.get(0), scale.get(1))));
    double learned = costs.get("").parameters();
    double macs = costs.get("").macs();
    for (Map.Entry<String, Cost> scope : costs.entrySet()) {
      if (FOLDED.matcher(scope.getKey()).matches()) {
        learned -= scope.getValue().parameters();
      }
    }
    macs -= productsOfAttention(model, scale.get(0));
    assertEquals(parameters, learned / 1e6, 0.005 * parameters + digit / 2, name);
    assertEquals(operations, 2 * macs / 1e9, 0.03 * operations + digit / 2, name);
  }

  /** The products between tokens in all blocks: queries with keys, and weights with values. */
  private static double productsOfAttention(Model<?, ?> model, int side) {
    if (((BackboneNetwork<?>) model.network()).backbone() instanceof VisionTransformer vit) {
      double cells = Math.pow((double) side / vit.geometry().patchSize(), 2);
      double tokens = cells + 1 + vit.embedding().tokens().registers();
      return 2 * vit.geometry().depth() * tokens * tokens * vit.geometry().width();
    }
    return 0;
  }
}
