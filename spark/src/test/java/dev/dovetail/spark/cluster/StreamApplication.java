package dev.dovetail.spark.cluster;

import dev.dovetail.spark.DovetailModel;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * Runs a semantic model over the contents of a directory's images and prints the number and a hash
 * of all results. While it runs, it prints the number of tasks that have ended. Arguments: the
 * directory, the number of rounds, and the config and the weights of the model.
 */
public final class StreamApplication {

  static final String ENDED = "tasks ended: ";

  private StreamApplication() {}

  /** The settings with which small files are read by about so many tasks. */
  static List<String> tasks(int count) {
    return List.of(
        "spark.sql.files.openCostInBytes=4096", "spark.sql.files.minPartitionNum=" + count);
  }

  public static void main(String[] arguments) throws Exception {
    int rounds = Integer.parseInt(arguments[1]);
    try (SparkSession spark = SparkSession.builder().getOrCreate()) {
      Dataset<Row> images = spark.read().format("binaryFile").load(arguments[0]);
      DovetailModel model = new DovetailModel().setModel(arguments[2]).setWeights(arguments[3]);
      Thread watch = new Thread(() -> watch(spark), "watch");
      watch.setDaemon(true);
      watch.start();
      for (int round = 0; round < rounds; round++) {
        System.out.println("round " + round);
        Row total =
            model
                .transform(images)
                .agg(
                    functions.count(functions.lit(1)),
                    functions.count("prediction"),
                    functions.bit_xor(
                        functions.xxhash64(
                            functions.col("path"), functions.col("prediction.labelMap"))))
                .first();
        System.out.println("result." + round + "=" + total);
      }
    }
  }

  /** Prints the number of tasks that have ended whenever it changes. */
  private static void watch(SparkSession spark) {
    String last = "";
    while (true) {
      int ended =
          Arrays.stream(spark.sparkContext().statusTracker().getActiveStageIds())
              .mapToObj(id -> spark.sparkContext().statusTracker().getStageInfo(id))
              .filter(scala.Option::isDefined)
              .mapToInt(stage -> stage.get().numCompletedTasks())
              .sum();
      String now = ENDED + ended;
      if (!now.equals(last)) {
        System.out.println(now);
        last = now;
      }
      try {
        Thread.sleep(100);
      } catch (InterruptedException e) {
        return;
      }
    }
  }
}
