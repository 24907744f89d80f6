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
 * Compares the results of executors with those of one machine, row by row, and the metrics bit by
 * bit. Arguments: a sample set, an output directory, and the config and the weights of a panoptic
 * model.
 */
public final class ResultsApplication {

  private ResultsApplication() {}

  public static void main(String[] arguments) throws Exception {
    Path set = Path.of(arguments[0]);
    Path out = Path.of(arguments[1]);
    Disturbance disturbance = new Disturbance();
    try (SparkSession spark = SparkSession.builder().getOrCreate()) {
      spark.sparkContext().addSparkListener(disturbance);
      detection(spark, set, out);
      semantic(spark, set, out);
      panoptic(spark, set, out, Path.of(arguments[2]), Path.of(arguments[3]));
    }
    System.out.println("failed=" + disturbance.failed());
  }

  private static void detection(SparkSession spark, Path set, Path out) throws Exception {
    DovetailModel model = new DovetailModel().setModel("sample-mask-rcnn");
    Dataset<Row> results = results(spark, model, set, out.resolve("detection"));
    Path truth = set.resolve("annotations/instances_val.json");
    Path run = out.resolve("run");
    try (dev.dovetail.DovetailModel alone = Dovetail.model("sample-mask-rcnn").open()) {
      int equal = 0;
      for (Row row : results.filter("error is null").collectAsList()) {
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
    for (CocoParams params :
        List.of(
            CocoParams.of(IouType.BBOX),
            CocoParams.of(IouType.SEGM),
            CocoParams.of(IouType.BOUNDARY))) {
      objects(results, model, truth, run, params, params.type().label());
    }
    Path lvis = out.resolve("lvis_val.json");
    LvisSet.write(truth, lvis);
    for (IouType type : List.of(IouType.BBOX, IouType.SEGM)) {
      objects(results, model, lvis, run, CocoParams.lvis(type), "lvis-" + type.label());
    }
    System.out.println("errors=" + results.filter("error is not null").count());
    results
        .filter("error is not null")
        .select("error")
        .collectAsList()
        .forEach(row -> System.out.println("error: " + row.getString(0)));
  }

  /** Compares an evaluation of objects with one of the files that a single machine wrote. */
  private static void objects(
      Dataset<Row> results,
      DovetailModel model,
      Path truth,
      Path run,
      CocoParams params,
      String type)
      throws Exception {
    String file = params.type().needsMasks() ? "segm.json" : "bbox.json";
    CocoEvaluation score =
        CocoEvaluation.of(truth, run.resolve(file), params, new Warnings(Strictness.LENIENT));
    DovetailEvaluator evaluator =
        new DovetailEvaluator()
            .setType(type)
            .setAnnotations(truth.toString())
            .setClasses(model.classes());
    for (int partitions : new int[] {1, 7}) {
      Dataset<Row> twice = results.union(results.limit(9)).repartition(partitions);
      CocoEvaluation got = evaluator.objects(Disturbance.of(twice));
      System.out.println(
          type
              + "."
              + partitions
              + "="
              + got.arraySha256().equals(score.arraySha256())
              + " "
              + got.stats()[0]);
    }
  }

  private static void semantic(SparkSession spark, Path set, Path out) throws Exception {
    DovetailModel model = new DovetailModel().setModel("sample-upernet");
    Dataset<Row> results = results(spark, model, set, out.resolve("semantic"));
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
      Map<String, Double> metrics =
          evaluator.metrics(Disturbance.of(results.repartition(partitions)));
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

  /** The weights are sent with the application, by {@code --files}. */
  private static void panoptic(SparkSession spark, Path set, Path out, Path config, Path weights)
      throws Exception {
    DovetailModel model =
        new DovetailModel()
            .setModel(config.toString())
            .setWeights(weights.getFileName().toString());
    Dataset<Row> results = results(spark, model, set, out.resolve("panoptic"));
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
      double quality = evaluator.evaluate(Disturbance.of(results.repartition(partitions)));
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

  /** Scores the annotated segments, every third one with a wrong class. */
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
      List<PanopticSegment> predicted = new ArrayList<>();
      List<Integer> labels = new ArrayList<>();
      for (PanopticSegment segment : annotation.segments()) {
        int label = (int) segment.categoryId() - 1;
        labels.add(labels.size() % 3 == 2 ? (label + 1) % model.classes().length : label);
        predicted.add(
            new PanopticSegment(
                segment.id(), labels.get(labels.size() - 1) + 1, segment.area(), false));
      }
      IdMap map = IdPng.read(file);
      alone.accumulate(
          map,
          new PanopticAnnotation("", annotation.imageId(), annotation.fileName(), predicted),
          map);
      rows.add(
          RowFactory.create(
              "/images/" + annotation.fileName().replace(".png", ".jpg"),
              null,
              RowFactory.create(
                  map.size().height(),
                  map.size().width(),
                  Files.readAllBytes(file),
                  predicted.stream().map(segment -> (int) segment.id()).toList(),
                  labels,
                  predicted.stream().map(segment -> 1f).toList(),
                  predicted.stream().map(segment -> (int) segment.area()).toList()),
              null));
    }
    PanopticEvaluation expected = alone.summarise();
    PanopticEvaluation got = evaluator.segments(spark.createDataFrame(rows, schema).repartition(7));
    System.out.println(
        "segments=" + got.equals(expected) + " " + expected.overall().get("All").pq());
  }

  /** Writes the results for all images, and reads them. */
  private static Dataset<Row> results(SparkSession spark, DovetailModel model, Path set, Path out) {
    Dataset<Row> images =
        spark
            .read()
            .format("binaryFile")
            .load(set.resolve("images/val").toString())
            .repartition(5, functions.col("path"));
    model.transform(Disturbance.of(images)).drop("content").write().parquet(out.toString());
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
