package dev.dovetail.spark.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.Size;
import dev.dovetail.sample.SampleOptions;
import dev.dovetail.sample.SampleSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models and evaluators on a cluster of two executors with processes of their own. */
@Tag("slow")
class LocalClusterTest {

  private static final Cluster.Size TWO = new Cluster.Size(2, 1, 1024);

  private static final List<String> SPECULATIVE =
      List.of(
          "spark.speculation=true",
          "spark.speculation.multiplier=1",
          "spark.speculation.quantile=0.1",
          "spark.speculation.interval=20ms");

  @Test
  void resultsAndMetricsAreThoseOfOneMachine(@TempDir Path folder) throws Exception {
    Path set = folder.resolve("set");
    SampleSet.draw(set, new SampleOptions(1, 40, new Size(120, 160), 0));
    Files.write(set.resolve("images/val/broken.png"), new byte[] {1, 2, 3});
    Cluster cluster = Cluster.in(folder);
    Map<String, String> values =
        cluster.submit(TWO, SPECULATIVE, ResultsApplication.class, set, folder.resolve("out")).values();
    assertEquals("40", values.get("detection.rows"));
    assertEquals("1", values.get("errors"));
    for (String type : List.of("bbox", "segm", "semantic")) {
      for (int partitions : new int[] {1, 7, 40}) {
        assertTrue(values.get(type + "." + partitions).startsWith("true"), type + partitions);
      }
    }
    assertEquals(2 * 2, cluster.logged("opened ModelOptions").size(), "two models, two executors");
  }
}
