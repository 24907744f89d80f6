package dev.dovetail.spark.cluster;

import dev.dovetail.spark.DovetailModel;
import java.util.Arrays;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * Runs a model over a folder and prints what all results come to; says on the way how many tasks
 * have ended. Arguments: the images, how many tasks, how often, the config and the weights of a
 * semantic model.
 */
public final class StreamApplication {

  static final String ENDED = "tasks ended: ";

  private StreamApplication() {}

  public static void main(String[] arguments) throws Exception {
    int tasks = Integer.parseInt(arguments[1]);
    int rounds = Integer.parseInt(arguments[2]);
    try (SparkSession spark = SparkSession.builder().getOrCreate()) {
      Dataset<Row> images = spark.read().format("binaryFile").load(arguments[0]);
      DovetailModel model = new DovetailModel().setModel(arguments[3]).setWeights(arguments[4]);
      Thread watch = new Thread(() -> watch(spark), "watch");
      watch.setDaemon(true);
      watch.start();
      for (int round = 0; round < rounds; round++) {
        System.out.println("round " + round);
        Row total =
            model
                .transform(images.repartition(tasks))
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

  /** Prints how many tasks have ended, whenever it has changed. */
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
