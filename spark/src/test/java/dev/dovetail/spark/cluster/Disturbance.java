package dev.dovetail.spark.cluster;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Tasks whose first attempt fails. It counts the failed attempts. */
final class Disturbance extends SparkListener {

  private static final int FAILS = 1;

  private final AtomicInteger failed = new AtomicInteger();

  /** The same rows; the first attempt of one partition fails at its first row. */
  static Dataset<Row> of(Dataset<Row> rows) {
    return rows.filter((FilterFunction<Row>) row -> pass(TaskContext.get()));
  }

  private static boolean pass(TaskContext task) {
    if (task.attemptNumber() == 0 && task.partitionId() == FAILS) {
      throw new IllegalStateException("the first attempt of this task fails");
    }
    return true;
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    if (end.taskInfo().failed()) {
      failed.incrementAndGet();
    }
  }

  /** Returns the number of failed attempts. */
  int failed() {
    return failed.get();
  }
}
