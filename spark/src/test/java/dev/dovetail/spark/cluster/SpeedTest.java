package dev.dovetail.spark.cluster;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.Size;
import dev.dovetail.sample.SampleOptions;
import dev.dovetail.sample.SampleSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Images/s of executors and of the pipeline of one JVM in the same run. */
@Tag("slow")
@EnabledIfSystemProperty(
    named = "dovetail.spark.speed",
    matches = "true",
    disabledReason = "a benchmark, which runs with -Ddovetail.spark.speed=true")
class SpeedTest {

  private static final int TASKS = 2;
  private static final int ROUNDS = 5;

  private final List<String> table = new ArrayList<>();

  @Test
  void executorsAndThePipelineOfOneJvmAreTimedAlternately(@TempDir Path folder) throws Exception {
    Path small = Pictures.write(folder.resolve("small"), 2000, 128, 128);
    RandomModel random = RandomModel.semantic(folder, 128);
    Path set = folder.resolve("set");
    SampleSet.draw(set, new SampleOptions(1, 60, new Size(240, 320), 0));
    Path pictures = set.resolve("images/val");
    Cluster cluster = Cluster.in(folder);
    time(cluster, small, "path", 1, random.config(), random.weights());
    time(cluster, small, "content", 1, random.config(), random.weights());
    time(cluster, small, "path", 2, random.config(), random.weights());
    time(cluster, pictures, "path", 1, "sample-upernet");
    time(cluster, pictures, "path", 1, "sample-mask-rcnn");
    table.forEach(System.out::println);
  }

  /** Prints the medians of a run, and keeps them for the end. */
  private void time(Cluster cluster, Path images, String column, int executors, Object... model)
      throws Exception {
    List<Object> arguments = new ArrayList<>(List.of(images, column, executors, TASKS, ROUNDS));
    arguments.addAll(List.of(model));
    Map<String, String> values =
        cluster
            .submit(
                new Cluster.Size(executors, 1, 1024),
                List.of(),
                SpeedApplication.class,
                arguments.toArray())
            .values();
    table.add(model[0] + ", " + column + ", " + executors + " executors: " + values);
    assertTrue(values.containsKey("JOB_RATIO"), values.toString());
  }
}
