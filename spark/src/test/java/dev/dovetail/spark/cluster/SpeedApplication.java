package dev.dovetail.spark.cluster;

import dev.dovetail.Dovetail;
import dev.dovetail.formats.semantic.LabelPng;
import dev.dovetail.images.ImageSource;
import dev.dovetail.spark.DovetailModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Images a second of the executors and of the pipeline in one JVM, in turns; both encode the label
 * maps. Arguments: the images,
 * how many tasks, how many rounds, the config and the weights of a model.
 */
public final class SpeedApplication {

  private SpeedApplication() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    int tasks = Integer.parseInt(arguments[1]);
    int rounds = Integer.parseInt(arguments[2]);
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.sorted().toList();
    }
    double[] alone = new double[rounds];
    double[] executors = new double[rounds];
    double[] ratios = new double[rounds];
    try (SparkSession spark = SparkSession.builder().getOrCreate();
        dev.dovetail.DovetailModel model =
            Dovetail.model(arguments[3]).weights(Path.of(arguments[4])).threads(1).open()) {
      Dataset<Row> images =
          spark.read().format("binaryFile").load(folder.toString()).select("path").repartition(tasks);
      images = images.cache();
      images.count();
      DovetailModel stage =
          new DovetailModel()
              .setModel(arguments[3])
              .setWeights(arguments[4])
              .setThreads(1)
              .setInputCol("path");
      for (int round = -1; round < rounds; round++) { // the first warms up
        long start = System.nanoTime();
        model.predict(
            files.stream().map(ImageSource::of).toList(), 1, (i, image, prediction) -> LabelPng.encode(prediction.labelMap()));
        double one = files.size() / ((System.nanoTime() - start) * 1e-9);
        start = System.nanoTime();
        stage.transform(images).write().format("noop").mode("overwrite").save();
        double many = files.size() / ((System.nanoTime() - start) * 1e-9);
        System.out.printf(Locale.ROOT, "round %d: %.1f and %.1f images/s%n", round, one, many);
        if (round >= 0) {
          alone[round] = one;
          executors[round] = many;
          ratios[round] = many / one;
        }
      }
    }
    System.out.printf(Locale.ROOT, "alone=%.1f%n", median(alone));
    System.out.printf(Locale.ROOT, "executors=%.1f%n", median(executors));
    System.out.printf(Locale.ROOT, "ratio=%.3f%n", median(ratios));
  }

  private static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
