package dev.dovetail.spark.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.Size;
import dev.dovetail.sample.SampleOptions;
import dev.dovetail.sample.SampleSet;
import dev.dovetail.spark.DeviceApplication;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Models and evaluators on a cluster of two executors, which are separate processes. */
@Tag("slow")
class LocalClusterTest {

  private static final Cluster.Size TWO = new Cluster.Size(2, 1, 1024);

  private static final String KRYO = "spark.serializer=org.apache.spark.serializer.KryoSerializer";

  @Test
  void resultsAndMetricsEqualThoseOfOneMachine(@TempDir Path folder) throws Exception {
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
                List.of("spark.files=" + panoptic.weights(), KRYO),
                ResultsApplication.class,
                set,
                folder.resolve("out"),
                panoptic.config(),
                panoptic.weights())
            .values();
    assertEquals("20", values.get("detection.rows"));
    assertEquals("1", values.get("errors"));
    for (String type :
        List.of("bbox", "segm", "boundary", "lvis-bbox", "lvis-segm", "semantic", "panoptic")) {
      for (int partitions : new int[] {1, 7}) {
        assertTrue(values.get(type + "." + partitions).startsWith("true"), type + partitions);
      }
    }
    int types = 7; // in 7 partitions each, of which none is empty
    assertTrue(Integer.parseInt(values.get("failed")) >= types, values.get("failed"));
    assertTrue(values.get("segments").startsWith("true 0."), values.get("segments"));
    assertEquals(3 * 2, cluster.logged("opened ModelOptions").size(), "models times executors");
  }

  @Test
  void endingAnExecutorDoesNotChangeTheResults(@TempDir Path folder) throws Exception {
    Path images = Pictures.write(folder.resolve("images"), 2000, 32, 32);
    RandomModel model = RandomModel.semantic(folder, 64);
    Cluster cluster = Cluster.in(folder);
    Cluster.Running running =
        cluster.submit(
            TWO,
            StreamApplication.tasks(40),
            StreamApplication.class,
            images,
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
    assertEquals(3, cluster.logged("opened ModelOptions").size(), "a third executor replaced it");
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void aTaskUsesTheGpuThatSparkAssignsToIt(@TempDir Path folder) throws Exception {
    Path script = folder.resolve("gpus.sh");
    Files.writeString(
        script, "#!/bin/sh\necho '{\"name\": \"gpu\", \"addresses\": [\"3\", \"5\"]}'\n");
    assertTrue(script.toFile().setExecutable(true));
    Map<String, String> values =
        Cluster.in(folder)
            .submit(
                new Cluster.Size(1, 2, 1024),
                List.of(
                    "spark.worker.resource.gpu.amount=2",
                    "spark.worker.resource.gpu.discoveryScript=" + script,
                    "spark.executor.resource.gpu.amount=2",
                    "spark.task.resource.gpu.amount=1"),
                DeviceApplication.class)
            .values();
    assertEquals("[cuda:3, cuda:5]", values.get("cuda"));
    assertEquals("[cuda:7]", values.get("cuda:7"));
    assertEquals("[cpu]", values.get("cpu"));
  }
}
