package dev.dovetail.spark.cluster;

import dev.dovetail.Dovetail;
import dev.dovetail.EvaluationOptions;
import dev.dovetail.Prediction;
import dev.dovetail.eval.coco.CocoEvaluation;
import dev.dovetail.eval.coco.params.CocoParams;
import dev.dovetail.eval.coco.params.IouType;
import dev.dovetail.eval.panoptic.PanopticEvaluation;
import dev.dovetail.eval.panoptic.PanopticEvaluator;
import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.panoptic.IdMap;
import dev.dovetail.formats.panoptic.IdPng;
import dev.dovetail.formats.panoptic.PanopticAnnotation;
import dev.dovetail.formats.panoptic.PanopticDataset;
import dev.dovetail.formats.panoptic.PanopticSegment;
import dev.dovetail.spark.DovetailEvaluator;
import dev.dovetail.spark.DovetailModel;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/**
 * Compares what executors give with what one machine does: the results row by row, and the metrics
 * bit by bit. Arguments: a sample set, a folder to write to, and the config and the weights of a
 * panoptic model.
 */
public final class ResultsApplication {

  private ResultsApplication() {}

  public static void main(String[] arguments) throws Exception {
    Path set = Path.of(arguments[0]);
    Path out = Path.of(arguments[1]);
    try (SparkSession spark = SparkSession.builder().getOrCreate()) {
      detection(spark, set, out);
      semantic(spark, set, out);
      panoptic(spark, set, out, Path.of(arguments[2]), Path.of(arguments[3]));
    }
  }

  private static void detection(SparkSession spark, Path set, Path out) throws Exception {
    DovetailModel model = new DovetailModel().setModel("sample-mask-rcnn");
    Dataset<Row> found = results(spark, model, set, out.resolve("detection"));
    Path truth = set.resolve("annotations/instances_val.json");
    Path run = out.resolve("run");
    try (dev.dovetail.DovetailModel alone = Dovetail.model("sample-mask-rcnn").open()) {
      int equal = 0;
      for (Row row : found.filter("error is null").collectAsList()) {
        Prediction expected = alone.predict(path(row));
        List<String> counts =
            Arrays.stream(expected.detections().masks()).map(mask -> mask.compressed()).toList();
        Row got = row.getStruct(row.fieldIndex("prediction"));
        if (floats(got.<Float>getList(got.fieldIndex("scores")))
                .equals(floats(boxed(expected.detections().scores())))
            && got.getList(got.fieldIndex("masks")).equals(counts)) {
          equal++;
        }
      }
      System.out.println("detection.rows=" + equal);
      alone.evaluate(
          EvaluationOptions.of(set.resolve("images/val"), truth).toBuilder().out(run).build());
    }
    for (IouType type : List.of(IouType.BBOX, IouType.SEGM)) {
      CocoEvaluation score =
          CocoEvaluation.of(
              truth,
              run.resolve(type.label() + ".json"),
              CocoParams.of(type),
              new Warnings(Strictness.LENIENT));
      DovetailEvaluator evaluator =
          new DovetailEvaluator()
              .setType(type.label())
              .setAnnotations(truth.toString())
              .setClasses(model.classes());
      for (int partitions : new int[] {1, 7}) {
        Dataset<Row> twice = found.union(found.limit(9)).repartition(partitions);
        System.out.println(
            type.label()
                + "."
                + partitions
                + "="
                + evaluator.objects(twice).arraySha256().equals(score.arraySha256()));
      }
    }
    System.out.println("errors=" + found.filter("error is not null").count());
    found
        .filter("error is not null")
        .select("error")
        .collectAsList()
        .forEach(row -> System.out.println("error: " + row.getString(0)));
  }

  private static void semantic(SparkSession spark, Path set, Path out) throws Exception {
    DovetailModel model = new DovetailModel().setModel("sample-upernet");
    Dataset<Row> found = results(spark, model, set, out.resolve("semantic"));
    Map<String, Object> expected = new HashMap<>();
    try (dev.dovetail.DovetailModel alone = Dovetail.model("sample-upernet").open()) {
      expected.putAll(
          alone
              .evaluate(
                  EvaluationOptions.of(set.resolve("images/val"), set.resolve("annotations/val")))
              .metrics()
              .values());
    }
    DovetailEvaluator evaluator =
        new DovetailEvaluator()
            .setType("semantic")
            .setAnnotations(set.resolve("annotations/val").toUri().toString())
            .setReduceZeroLabel(true)
            .setClasses(model.classes());
    for (int partitions : new int[] {1, 7}) {
      Map<String, Double> metrics = evaluator.metrics(found.repartition(partitions));
      metrics.keySet().forEach(name -> metrics.compute(name, (n, v) -> v.isNaN() ? null : v));
      System.out.println(
          "semantic."
              + partitions
              + "="
              + metrics.entrySet().stream()
                  .allMatch(metric -> metric.getValue().equals(expected.get(metric.getKey())))
              + " "
              + metrics.get("mIoU"));
    }
  }

  /** The weights come with the application, by {@code --files}. */
  private static void panoptic(SparkSession spark, Path set, Path out, Path config, Path weights)
      throws Exception {
    DovetailModel model =
        new DovetailModel()
            .setModel(config.toString())
            .setWeights(weights.getFileName().toString());
    Dataset<Row> found = results(spark, model, set, out.resolve("panoptic"));
    Path truth = set.resolve("annotations/panoptic_val.json");
    Object expected;
    try (dev.dovetail.DovetailModel alone = Dovetail.load(config, weights)) {
      expected =
          alone
              .evaluate(EvaluationOptions.of(set.resolve("images/val"), truth))
              .metrics()
              .values()
              .get("All");
    }
    DovetailEvaluator evaluator =
        new DovetailEvaluator()
            .setType("panoptic")
            .setAnnotations(truth.toString())
            .setClasses(model.classes());
    for (int partitions : new int[] {1, 7}) {
      double quality = evaluator.evaluate(found.repartition(partitions));
      System.out.println(
          "panoptic."
              + partitions
              + "="
              + Double.valueOf(quality).equals(((Map<?, ?>) expected).get("PQ"))
              + " "
              + quality);
    }
    segments(spark, model, evaluator, truth);
  }

  /** The true segments as results, every third with the next class. */
  private static void segments(
      SparkSession spark, DovetailModel model, DovetailEvaluator evaluator, Path truth)
      throws Exception {
    Warnings warnings = new Warnings(Strictness.LENIENT);
    PanopticDataset dataset = PanopticDataset.readTruth(truth, warnings);
    PanopticEvaluator alone = new PanopticEvaluator(dataset, warnings);
    StructType schema =
        model.transformSchema(new StructType().add("path", "string").add("content", "binary"));
    List<Row> rows = new ArrayList<>();
    for (PanopticAnnotation annotation : dataset.annotations()) {
      Path file = truth.resolveSibling("panoptic_val").resolve(annotation.fileName());
      List<PanopticSegment> found = new ArrayList<>();
      List<Integer> labels = new ArrayList<>();
      for (PanopticSegment segment : annotation.segments()) {
        int label = (int) segment.categoryId() - 1;
        labels.add(labels.size() % 3 == 2 ? (label + 1) % model.classes().length : label);
        found.add(
            new PanopticSegment(
                segment.id(), labels.get(labels.size() - 1) + 1, segment.area(), false));
      }
      IdMap map = IdPng.read(file);
      alone.accumulate(
          map, new PanopticAnnotation("", annotation.imageId(), annotation.fileName(), found), map);
      rows.add(
          RowFactory.create(
              "/images/" + annotation.fileName().replace(".png", ".jpg"),
              null,
              RowFactory.create(
                  map.size().height(),
                  map.size().width(),
                  Files.readAllBytes(file),
                  found.stream().map(segment -> (int) segment.id()).toList(),
                  labels,
                  found.stream().map(segment -> 1f).toList(),
                  found.stream().map(segment -> (int) segment.area()).toList()),
              null));
    }
    PanopticEvaluation expected = alone.summarise();
    PanopticEvaluation got = evaluator.segments(spark.createDataFrame(rows, schema).repartition(7));
    System.out.println(
        "segments=" + got.equals(expected) + " " + expected.overall().get("All").pq());
  }

  /** The results of all images, written and read again. */
  private static Dataset<Row> results(SparkSession spark, DovetailModel model, Path set, Path out) {
    Dataset<Row> images =
        spark
            .read()
            .format("binaryFile")
            .load(set.resolve("images/val").toString())
            .repartition(5, functions.col("path"));
    model.transform(images).drop("content").write().parquet(out.toString());
    return spark.read().parquet(out.toString());
  }

  private static Path path(Row row) {
    return Path.of(URI.create(row.<String>getAs("path").replace("file:/", "file:///")));
  }

  private static List<Float> boxed(float[] values) {
    Float[] boxed = new Float[values.length];
    Arrays.setAll(boxed, i -> values[i]);
    return List.of(boxed);
  }

  private static List<Integer> floats(List<Float> values) {
    return values.stream().map(Float::floatToRawIntBits).toList();
  }
}
