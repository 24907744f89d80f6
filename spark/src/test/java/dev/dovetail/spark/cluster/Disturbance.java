package dev.dovetail.spark.cluster;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Tasks that fail, or are so slow that Spark runs them twice. It counts the attempts it sees. */
final class Disturbance extends SparkListener {

  private static final int FAILS = 1;
  private static final int WAITS = 2;

  private final AtomicInteger failed = new AtomicInteger();
  private final AtomicInteger speculative = new AtomicInteger();

  /** The same rows; the first attempts of two partitions do not get beyond their first row. */
  static Dataset<Row> of(Dataset<Row> rows) {
    return rows.filter((FilterFunction<Row>) row -> pass(TaskContext.get()));
  }

  private static boolean pass(TaskContext task) throws InterruptedException {
    if (task.attemptNumber() == 0 && task.partitionId() == FAILS) {
      throw new IllegalStateException("the first attempt of this task fails");
    }
    if (task.attemptNumber() == 0 && task.partitionId() == WAITS) {
      TimeUnit.MINUTES.sleep(10);
    }
    return true;
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    if (end.taskInfo().failed()) {
      failed.incrementAndGet();
    }
    if (end.taskInfo().speculative() && end.taskInfo().successful()) {
      speculative.incrementAndGet();
    }
  }

  /** The attempts that failed, without those that were killed. */
  int failed() {
    return failed.get();
  }

  /** The second copies of slow tasks that finished first. */
  int speculative() {
    return speculative.get();
  }
}
