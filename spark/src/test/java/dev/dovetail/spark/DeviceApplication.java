package dev.dovetail.spark;

import java.io.IOException;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;

/** Prints the devices that tasks choose where the device is {@code cuda} and {@code cuda:7}. */
public final class DeviceApplication {

  private DeviceApplication() {}

  public static void main(String[] arguments) throws IOException {
    try (SparkSession spark = SparkSession.builder().getOrCreate()) {
      for (String device : List.of("cuda", "cuda:7", "cpu")) {
        List<String> chosen =
            spark
                .range(0, 8, 1, 8)
                .mapPartitions(
                    (MapPartitionsFunction<Long, String>)
                        rows -> List.of(chosen(device)).iterator(),
                    Encoders.STRING())
                .collectAsList();
        System.out.println(device + "=" + new TreeSet<>(chosen));
      }
    }
  }

  private static String chosen(String device) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(200); // so that tasks run at the same time
    return new ModelOptions("any", "", device, "fp32", "", 1, 1L << 30)
        .here(TaskContext.get())
        .device();
  }
}
