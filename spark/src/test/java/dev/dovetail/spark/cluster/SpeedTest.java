package dev.dovetail.spark.cluster;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Images a second of executors, beside the pipeline of one JVM in the same run. */
@Tag("slow")
@EnabledIfSystemProperty(
    named = "dovetail.spark.speed",
    matches = "true",
    disabledReason = "a benchmark, which runs with -Ddovetail.spark.speed=true")
class SpeedTest {

  private static final int IMAGES = 200;

  @Test
  void executorsAndThePipelineOfOneJvmAreTimedInTurns(@TempDir Path folder) throws Exception {
    Path images = Pictures.write(folder.resolve("images"), IMAGES, 128, 128);
    RandomModel model = RandomModel.semantic(folder, 128);
    Cluster cluster = Cluster.in(folder);
    Map<String, String> one = run(cluster, images, model, new Cluster.Size(1, 1, 1024));
    Map<String, String> two = run(cluster, images, model, new Cluster.Size(2, 1, 1024));
    System.out.printf(
        Locale.ROOT,
        "one executor gives %s of one JVM, two give %s; for an image one JVM takes %s of the work of"
            + " one executor, %s of two%n",
        one.get("ratio"),
        two.get("ratio"),
        one.get("work"),
        two.get("work"));
    assertTrue(Double.parseDouble(one.get("executors")) > 0);
    assertTrue(Double.parseDouble(two.get("executors")) > 0);
  }

  private static Map<String, String> run(
      Cluster cluster, Path images, RandomModel model, Cluster.Size size) throws Exception {
    return cluster
        .submit(
            size, List.of(), SpeedApplication.class, images, 2, 5, model.config(), model.weights())
        .values();
  }
}
