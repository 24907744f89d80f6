package dev.dovetail.spark.cluster;

import dev.dovetail.Dovetail;
import dev.dovetail.formats.semantic.LabelPng;
import dev.dovetail.images.ImageSource;
import dev.dovetail.spark.DovetailModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Images a second of the executors and of the pipeline in one JVM, in turns; both encode the label
 * maps. Beside it how much work of processors one JVM takes by that of the executors: other
 * programs disturb that less. Arguments: the images, how many tasks, how many rounds, the config
 * and the weights of a model.
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
    double[] many = new double[rounds];
    double[] ratios = new double[rounds];
    double[] work = new double[rounds];
    try (SparkSession spark = SparkSession.builder().getOrCreate();
        dev.dovetail.DovetailModel model =
            Dovetail.model(arguments[3]).weights(Path.of(arguments[4])).threads(1).open()) {
      Dataset<Row> images =
          spark
              .read()
              .format("binaryFile")
              .load(folder.toString())
              .select("path")
              .repartition(tasks);
      images = images.cache();
      images.count();
      DovetailModel stage =
          new DovetailModel()
              .setModel(arguments[3])
              .setWeights(arguments[4])
              .setThreads(1)
              .setInputCol("path");
      for (int round = -1; round < rounds; round++) { // the first warms up
        double processors = -driver();
        long start = System.nanoTime();
        model.predict(
            files.stream().map(ImageSource::of).toList(),
            1,
            (i, image, prediction) -> LabelPng.encode(prediction.labelMap()));
        double one = files.size() / ((System.nanoTime() - start) * 1e-9);
        processors += driver();
        double busy = executors();
        start = System.nanoTime();
        stage.transform(images).write().format("noop").mode("overwrite").save();
        double rate = files.size() / ((System.nanoTime() - start) * 1e-9);
        System.out.printf(Locale.ROOT, "round %d: %.1f and %.1f images/s%n", round, one, rate);
        if (round >= 0) {
          alone[round] = one;
          many[round] = rate;
          ratios[round] = rate / one;
          work[round] = processors / (executors() - busy);
        }
      }
    }
    System.out.printf(Locale.ROOT, "alone=%.1f%n", median(alone));
    System.out.printf(Locale.ROOT, "executors=%.1f%n", median(many));
    System.out.printf(Locale.ROOT, "ratio=%.3f%n", median(ratios));
    System.out.printf(Locale.ROOT, "work=%.3f%n", median(work));
  }

  /** Seconds of all processors that this process has had. */
  private static double driver() {
    return seconds(ProcessHandle.current());
  }

  /** The same of the executors. */
  private static double executors() {
    return ProcessHandle.current().descendants().mapToDouble(SpeedApplication::seconds).sum();
  }

  private static double seconds(ProcessHandle process) {
    return process.info().totalCpuDuration().map(Duration::toMillis).orElse(0L) * 1e-3;
  }

  private static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
