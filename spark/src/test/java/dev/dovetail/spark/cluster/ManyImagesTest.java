package dev.dovetail.spark.cluster;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The memory of executors while many small images pass through them. {@code
 * -Ddovetail.spark.images=100000} sets the number of images.
 */
@Tag("slow")
@EnabledOnOs(OS.LINUX)
class ManyImagesTest {

  private static final int TASKS = 100;
  private static final int WARM = TASKS / 10;

  @Test
  void memoryIsFlatHoweverManyImagesThereAre(@TempDir Path folder) throws Exception {
    int count = Integer.getInteger("dovetail.spark.images", 10_000);
    Path images = Pictures.write(folder.resolve("images"), count, 16, 16);
    RandomModel model = RandomModel.semantic(folder, 32);
    long start = System.nanoTime();
    Cluster.Running running =
        Cluster.in(folder)
            .submit(
                new Cluster.Size(2, 1, 1024),
                StreamApplication.tasks(TASKS),
                StreamApplication.class,
                images,
                1,
                model.config(),
                model.weights());
    long early = 0;
    long late = 0;
    int printed = 0;
    while (running.driver().isAlive()) {
      int ended = running.tasksEnded();
      long resident = running.resident();
      if (ended >= TASKS / 2) {
        late = Math.max(late, resident);
      } else if (ended >= WARM) {
        early = Math.max(early, resident);
      }
      if (ended >= printed + WARM) {
        printed = ended;
        System.out.printf(
            Locale.ROOT,
            "%.0f s, %d tasks: both executors %d MB resident, heap after collection %d MB%n",
            (System.nanoTime() - start) * 1e-9,
            ended,
            resident,
            running.heap());
      }
      Thread.sleep(200);
    }
    assertTrue(running.values().get("result.0").startsWith("[" + count + "," + count + ","));
    System.out.println(count + " images: " + early + " MB, later " + late + " MB resident");
    assertTrue(early > 0 && late < 1.15 * early, early + " MB, later " + late + " MB");
  }
}
