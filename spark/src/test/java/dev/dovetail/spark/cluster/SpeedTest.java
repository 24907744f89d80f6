package dev.dovetail.spark.cluster;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images a second of executors, beside the pipeline of one JVM in the same run. */
@Tag("slow")
class SpeedTest {

  private static final int IMAGES = 600;

  @Test
  void anExecutorLosesLittleToThePipelineOfOneJvm(@TempDir Path folder) throws Exception {
    Path images = Pictures.write(folder.resolve("images"), IMAGES, 64, 64);
    RandomModel model = RandomModel.semantic(folder);
    Cluster cluster = Cluster.in(folder);
    Map<String, String> one = run(cluster, images, model, new Cluster.Size(1, 1, 1024));
    Map<String, String> two = run(cluster, images, model, new Cluster.Size(2, 1, 1024));
    double ratio = Double.parseDouble(one.get("ratio"));
    System.out.printf(
        Locale.ROOT,
        "one executor gives %.3f of one JVM, two give %.3f%n",
        ratio,
        Double.parseDouble(two.get("ratio")));
    assertTrue(ratio > 0.9, "one executor gives " + ratio + " of the pipeline in one JVM");
  }

  private static Map<String, String> run(Cluster cluster, Path images, RandomModel model, Cluster.Size size)
      throws Exception {
    return cluster
        .submit(size, List.of(), SpeedApplication.class, images, 2, 9, model.config(), model.weights())
        .values();
  }
}
