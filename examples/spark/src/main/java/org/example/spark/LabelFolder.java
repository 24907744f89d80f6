package org.example.spark;

import dev.dovetail.spark.DovetailEvaluator;
import dev.dovetail.spark.DovetailModel;
import java.io.IOException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * Runs a model over a directory of images on a cluster, writes the results as Parquet, and scores them
 * if annotations are available. Started again, it resumes and skips the images that have a row in
 * the output.
 */
public final class LabelFolder {

  private final SparkSession spark;
  private final Arguments arguments;

  private LabelFolder(SparkSession spark, Arguments arguments) {
    this.spark = spark;
    this.arguments = arguments;
  }

  public static void main(String[] args) throws IOException {
    Arguments arguments;
    try {
      arguments = Arguments.parse(args);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
      return;
    }
    try (SparkSession spark = SparkSession.builder().appName("label-folder").getOrCreate()) {
      new LabelFolder(spark, arguments).run();
    }
  }

  private void run() throws IOException {
    DovetailModel model =
        new DovetailModel()
            .setModel(arguments.text("model"))
            .setWeights(arguments.text("weights"))
            .setDevice(arguments.text("device"))
            .setBatchSize(arguments.number("batch"))
            .setInputCol("path"); // executors read the files, a group ahead
    String out = arguments.text("out");
    Path folder = new Path(out);
    folder.getFileSystem(spark.sparkContext().hadoopConfiguration()).mkdirs(folder);

    Dataset<Row> images =
        spark
            .read()
            .format("binaryFile")
            .option("recursiveFileLookup", "true")
            .option("pathGlobFilter", "*.{jpg,jpeg,png,webp,bmp,JPG,JPEG,PNG}")
            .load(arguments.text("images"))
            .select("path");
    Dataset<Row> todo =
        images.join(results(model, images).select("path"), images.columns(), "left_anti").cache();
    long count = todo.count();
    System.out.println(count + " images to do, " + (images.count() - count) + " done before");

    // Each slice is a job. Its results are complete when it ends, so a lost driver costs one slice.
    int slices = (int) Math.max(1, count / arguments.number("slice"));
    for (int slice = 0; count > 0 && slice < slices; slice++) {
      Dataset<Row> part =
          todo.filter(
              functions
                  .pmod(functions.xxhash64(functions.col("path")), functions.lit(slices))
                  .equalTo(slice));
      model
          .transform(part.repartition(arguments.number("tasks")))
          .write()
          .mode("append")
          .parquet(out);
    }
    report(model, results(model, images));
  }

  /** Returns the rows of the output. */
  private Dataset<Row> results(DovetailModel model, Dataset<Row> images) {
    return spark
        .read()
        .schema(model.transformSchema(images.schema()))
        .parquet(arguments.text("out"));
  }

  private void report(DovetailModel model, Dataset<Row> results) {
    Dataset<Row> failed = results.filter("error is not null");
    System.out.println(results.count() + " results, " + failed.count() + " of them errors");
    for (Row row : failed.select("error").limit(5).collectAsList()) {
      System.out.println("  " + row.getString(0));
    }
    if (arguments.text("annotations").isEmpty()) {
      return;
    }
    DovetailEvaluator evaluator =
        new DovetailEvaluator()
            .setType(arguments.text("type"))
            .setAnnotations(arguments.text("annotations"))
            .setClasses(model.classes())
            .setReduceZeroLabel(arguments.flag("reduce-zero"))
            .setMissingAllowed(arguments.flag("missing-allowed"));
    evaluator.metrics(results).forEach((name, value) -> System.out.println(name + " " + value));
  }
}
