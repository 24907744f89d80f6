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
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Models and evaluators on a cluster of two executors with processes of their own. */
@Tag("slow")
class LocalClusterTest {

  private static final Cluster.Size TWO = new Cluster.Size(2, 1, 1024);

  private static final List<String> SPECULATIVE =
      List.of(
          "spark.serializer=org.apache.spark.serializer.KryoSerializer",
          "spark.speculation=true",
          "spark.speculation.multiplier=1",
          "spark.speculation.quantile=0.1",
          "spark.speculation.interval=20ms");

  @Test
  void resultsAndMetricsAreThoseOfOneMachine(@TempDir Path folder) throws Exception {
    Path set = folder.resolve("set");
    SampleSet.draw(set, new SampleOptions(1, 20, new Size(120, 160), 0));
    Files.write(set.resolve("images/val/broken.png"), new byte[] {1, 2, 3});
    RandomModel panoptic =
        RandomModel.panoptic(folder, Files.readAllLines(set.resolve("classes.txt")));
    Cluster cluster = Cluster.in(folder);
    Map<String, String> values =
        cluster
            .submit(
                TWO,
                Stream.concat(Stream.of("spark.files=" + panoptic.weights()), SPECULATIVE.stream())
                    .toList(),
                ResultsApplication.class,
                set,
                folder.resolve("out"),
                panoptic.config(),
                panoptic.weights())
            .values();
    assertEquals("20", values.get("detection.rows"));
    assertEquals("1", values.get("errors"));
    for (String type : List.of("bbox", "segm", "semantic", "panoptic")) {
      for (int partitions : new int[] {1, 7}) {
        assertTrue(values.get(type + "." + partitions).startsWith("true"), type + partitions);
      }
    }
    assertTrue(values.get("segments").startsWith("true 0."), values.get("segments"));
    assertEquals(3 * 2, cluster.logged("opened ModelOptions").size(), "models by executors");
  }

  @Test
  void anExecutorThatIsEndedInTheMiddleChangesNothing(@TempDir Path folder) throws Exception {
    Path images = Pictures.write(folder.resolve("images"), 2000, 32, 32);
    RandomModel model = RandomModel.semantic(folder, 64);
    Cluster cluster = Cluster.in(folder);
    Cluster.Running running =
        cluster.submit(
            TWO,
            List.of(),
            StreamApplication.class,
            images,
            40,
            2,
            model.config(),
            model.weights());
    while (running.driver().isAlive()
        && !(running.printed().contains("round 1") && running.tasksEnded() >= 10)) {
      Thread.sleep(50);
    }
    List<ProcessHandle> executors = running.executors();
    assertEquals(2, executors.size());
    assertTrue(executors.get(0).destroyForcibly());
    Map<String, String> values = running.values();
    assertTrue(values.get("result.0").startsWith("[2000,2000,"), values.get("result.0"));
    assertEquals(values.get("result.0"), values.get("result.1"));
    assertEquals(3, cluster.logged("opened ModelOptions").size(), "a third executor took over");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void memoryIsFlatHoweverManyImagesThereAre(@TempDir Path folder) throws Exception {
    int count = Integer.getInteger("dovetail.spark.images", 10_000);
    Path images = Pictures.write(folder.resolve("images"), count, 16, 16);
    RandomModel model = RandomModel.semantic(folder, 64);
    int tasks = 100;
    Cluster.Running running =
        Cluster.in(folder)
            .submit(
                TWO,
                List.of(),
                StreamApplication.class,
                images,
                tasks,
                1,
                model.config(),
                model.weights());
    long early = 0;
    long late = 0;
    while (running.driver().isAlive()) {
      int ended = running.tasksEnded();
      early =
          ended >= tasks / 10 && ended < tasks / 2 ? Math.max(early, running.resident()) : early;
      late = ended >= tasks / 2 ? Math.max(late, running.resident()) : late;
      Thread.sleep(200);
    }
    assertTrue(running.values().get("result.0").startsWith("[" + count + "," + count + ","));
    System.out.println(count + " images: " + early + " MB, later " + late + " MB resident");
    assertTrue(early > 0 && late < 1.15 * early, early + " MB, later " + late + " MB");
  }
}
