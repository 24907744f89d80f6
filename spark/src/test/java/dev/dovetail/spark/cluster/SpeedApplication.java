package dev.dovetail.spark.cluster;

import dev.dovetail.Dovetail;
import dev.dovetail.ModelBuilder;
import dev.dovetail.Prediction;
import dev.dovetail.formats.mask.Rle;
import dev.dovetail.formats.semantic.LabelPng;
import dev.dovetail.images.ImageSource;
import dev.dovetail.spark.DovetailModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Runs the pipeline of one JVM and the executors alternately. Both use the same model with one
 * thread for each operator, and both encode the results. Arguments: the directory of the images,
 * the column that the stage reads ({@code path} or {@code content}), the number of executors with
 * one core each, the number of tasks, the number of rounds, the model, and for a config its
 * weights.
 *
 * <p>The time of a job consists of the time in which tasks run, and of the rest: planning, sending
 * tasks, and waiting for the last one. Other programs on the machine affect the processor time less
 * than the elapsed time.
 */
public final class SpeedApplication {

  /** The measured values of a round. */
  private enum Measured {
    ALONE("images/s of one JVM"),
    JOB("images/s of a job"),
    TASKS("images/s while tasks run"),
    JOB_RATIO("of the images/s of one JVM in a job"),
    TASKS_RATIO("of the images/s of one JVM while tasks run"),
    WORK_RATIO("processor time of one JVM by that of the executors"),
    ALONE_MS("ms of processor time an image in one JVM"),
    EXECUTOR_MS("ms of processor time an image on the executors"),
    START_MS("ms of a job in which no task runs"),
    BARE_START_MS("the same of a job without a model");

    private final String meaning;

    Measured(String meaning) {
      this.meaning = meaning;
    }
  }

  /** The time of one pass over all images. */
  private record Took(double seconds, double processors) {}

  private interface Work {
    void run() throws Exception;
  }

  private SpeedApplication() {}

  public static void main(String[] arguments) throws Exception {
    List<Path> files;
    try (Stream<Path> all = Files.list(Path.of(arguments[0]))) {
      files = all.sorted().toList();
    }
    String column = arguments[1];
    int executors = Integer.parseInt(arguments[2]);
    int rounds = Integer.parseInt(arguments[4]);
    DovetailModel stage =
        new DovetailModel().setModel(arguments[5]).setThreads(1).setInputCol(column);
    ModelBuilder builder = Dovetail.model(arguments[5]).threads(1);
    if (arguments.length > 6) {
      stage.setWeights(arguments[6]);
      builder.weights(Path.of(arguments[6]));
    }
    double[][] measured = new double[Measured.values().length][rounds];
    AtomicLong running = new AtomicLong();
    try (SparkSession spark = SparkSession.builder().getOrCreate();
        dev.dovetail.DovetailModel model = builder.open()) {
      boolean semantic = model.task().equals("semantic");
      spark.sparkContext().addSparkListener(addingRunTimeTo(running));
      Dataset<Row> read = spark.read().format("binaryFile").load(arguments[0]);
      Dataset<Row> images =
          (column.equals("path") ? read.select("path") : read.select("path", column))
              .repartition(Integer.parseInt(arguments[3]))
              .cache();
      images.count();
      for (int round = -2; round < rounds; round++) { // the first two warm up
        Took alone =
            took(
                ProcessHandle.current(),
                () ->
                    model.predict(
                        files.stream().map(ImageSource::of).toList(),
                        1,
                        (i, image, prediction) -> encode(semantic, prediction)));
        running.set(0);
        Took job = took(null, () -> write(stage.transform(images)));
        double tasks = runTime(running) / executors;
        Took bare = took(null, () -> write(images));
        double bareTasks = runTime(running) / executors;
        System.out.printf(
            Locale.ROOT,
            "round %d: one JVM %.2f s (%.2f s of processors), job %.2f s (%.2f s), tasks %.2f s%n",
            round,
            alone.seconds(),
            alone.processors(),
            job.seconds(),
            job.processors(),
            tasks);
        if (round >= 0) {
          double[] values = {
            files.size() / alone.seconds(),
            files.size() / job.seconds(),
            files.size() / tasks,
            alone.seconds() / job.seconds(),
            alone.seconds() / tasks,
            alone.processors() / job.processors(),
            1e3 * alone.processors() / files.size(),
            1e3 * job.processors() / files.size(),
            1e3 * (job.seconds() - tasks),
            1e3 * (bare.seconds() - bareTasks)
          };
          for (int i = 0; i < values.length; i++) {
            measured[i][round] = values[i];
          }
        }
      }
    }
    for (Measured m : Measured.values()) {
      System.out.printf(Locale.ROOT, "%s=%.3f %s%n", m, median(measured[m.ordinal()]), m.meaning);
    }
  }

  /** Encodes a result as {@code ResultColumns} does. */
  private static void encode(boolean semantic, Prediction prediction) {
    if (semantic) {
      LabelPng.encode(prediction.labelMap());
    } else {
      Arrays.stream(prediction.detections().masks()).forEach(Rle::compressed);
    }
  }

  private static SparkListener addingRunTimeTo(AtomicLong milliseconds) {
    return new SparkListener() {
      @Override
      public void onTaskEnd(SparkListenerTaskEnd end) {
        milliseconds.addAndGet(end.taskMetrics().executorRunTime());
      }
    };
  }

  /** The seconds in which tasks have run since the last call. */
  private static double runTime(AtomicLong milliseconds) throws InterruptedException {
    Thread.sleep(300); // listeners hear of the last tasks with a delay
    return milliseconds.getAndSet(0) * 1e-3;
  }

  private static void write(Dataset<Row> rows) {
    rows.drop("content").write().format("noop").mode("overwrite").save();
  }

  /**
   * Measures a call.
   *
   * @param process the process that works, or null for all executors
   */
  private static Took took(ProcessHandle process, Work work) throws Exception {
    double processors = processors(process);
    long start = System.nanoTime();
    work.run();
    double seconds = (System.nanoTime() - start) * 1e-9;
    return new Took(seconds, processors(process) - processors);
  }

  private static double processors(ProcessHandle process) {
    Stream<ProcessHandle> all =
        process == null ? ProcessHandle.current().descendants() : Stream.of(process);
    return all.mapToLong(p -> p.info().totalCpuDuration().map(Duration::toMillis).orElse(0L)).sum()
        * 1e-3;
  }

  private static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
