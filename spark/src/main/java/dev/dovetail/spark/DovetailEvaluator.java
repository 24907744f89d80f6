package dev.dovetail.spark;

import dev.dovetail.eval.coco.CocoEvaluation;
import dev.dovetail.eval.panoptic.PanopticEvaluation;
import dev.dovetail.eval.semantic.SemanticEvaluation;
import dev.dovetail.eval.state.Accumulator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.evaluation.Evaluator;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.DefaultParamsReadable;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.encoders.AgnosticEncoders.EncoderField;
import org.apache.spark.sql.functions;

/**
 * Scores the results of {@link DovetailModel} against a ground truth with the metrics of COCO,
 * LVIS, panopticapi and mmsegmentation. The metrics equal those of {@code dovetail score} to the
 * last bit, however the results are partitioned, and even if Spark runs a task several times.
 *
 * <p>A result belongs to the image of the ground truth whose name its path ends with. Every image
 * must have a result, unless {@link #setMissingAllowed} allows missing ones. Every result must have
 * an image. Equal results for the same image count once.
 */
public final class DovetailEvaluator extends Evaluator implements DefaultParamsWritable {

  private static final long serialVersionUID = 1L;

  private final String uid;
  private final Param<String> type;
  private final Param<String> annotations;
  private final StringArrayParam classes;
  private final Param<String> metricName;
  private final Param<String> predictionCol;
  private final Param<String> pathCol;
  private final BooleanParam missingAllowed;
  private final IntParam ignoreIndex;
  private final BooleanParam reduceZeroLabel;

  /** Creates an evaluator without a ground truth, see {@link #setAnnotations}. */
  public DovetailEvaluator() {
    this(Identifiable$.MODULE$.randomUID("dovetailEvaluator"));
  }

  /**
   * Creates an evaluator without a ground truth.
   *
   * @param uid the unique name of the evaluator
   */
  public DovetailEvaluator(String uid) {
    this.uid = uid;
    type =
        new Param<>(
            uid,
            "type",
            "the kind of evaluation: " + String.join(", ", Measure.labels()),
            ParamValidators.inArray(Measure.labels()),
            String.class);
    annotations =
        text("annotations", "a COCO, LVIS or panoptic JSON file, or a directory of label maps");
    classes = new StringArrayParam(this, "classes", "the names of the model's classes");
    metricName = text("metricName", "the metric that evaluate returns; AP, PQ or mIoU by default");
    predictionCol = text("predictionCol", "the results of a DovetailModel");
    pathCol = text("pathCol", "the paths of the images");
    missingAllowed =
        new BooleanParam(
            uid, "missingAllowed", "whether images of the ground truth may lack a result");
    ignoreIndex = new IntParam(uid, "ignoreIndex", "the label of ignored pixels");
    reduceZeroLabel =
        new BooleanParam(uid, "reduceZeroLabel", "whether 0 is ignored and 1 is the first class");
    setDefault(type, Measure.BBOX.label());
    setDefault(classes, new String[0]);
    setDefault(metricName, "");
    setDefault(predictionCol, "prediction");
    setDefault(pathCol, "path");
    setDefault(missingAllowed, false);
    setDefault(ignoreIndex, 255);
    setDefault(reduceZeroLabel, false);
  }

  private Param<String> text(String name, String doc) {
    return new Param<>(uid, name, doc, String.class);
  }

  /**
   * Sets the kind of evaluation.
   *
   * @param value {@code bbox}, {@code segm}, {@code boundary}, {@code lvis-bbox}, {@code
   *     lvis-segm}, {@code panoptic} or {@code semantic}
   * @return this
   */
  public DovetailEvaluator setType(String value) {
    set(type, value);
    return this;
  }

  /**
   * Sets the ground truth.
   *
   * @param value a JSON file in the format of COCO, LVIS or COCO panoptic (whose PNG files are in a
   *     directory of the same name next to it), or a directory of label maps; any URI that Spark's
   *     connectors can read
   * @return this
   */
  public DovetailEvaluator setAnnotations(String value) {
    set(annotations, value);
    return this;
  }

  /**
   * Sets the names of the model's classes in the order of their labels, see {@link
   * DovetailModel#classes}. They are required for label maps. The default for the other types is
   * the categories by ascending id.
   *
   * @param value the names
   * @return this
   */
  public DovetailEvaluator setClasses(String[] value) {
    set(classes, value);
    return this;
  }

  /**
   * Sets the metric that {@link #evaluate} returns.
   *
   * @param value a key of {@link #metrics}
   * @return this
   */
  public DovetailEvaluator setMetricName(String value) {
    set(metricName, value);
    return this;
  }

  /**
   * Sets the column of results.
   *
   * @param value the output column of a {@link DovetailModel}
   * @return this
   */
  public DovetailEvaluator setPredictionCol(String value) {
    set(predictionCol, value);
    return this;
  }

  /**
   * Sets the column of the paths of images.
   *
   * @param value a column of type {@code string}
   * @return this
   */
  public DovetailEvaluator setPathCol(String value) {
    set(pathCol, value);
    return this;
  }

  /**
   * Sets whether images of the ground truth may lack a result. In the evaluation of objects, such
   * an image counts as one without detections. In that of label maps and segments, it is ignored.
   *
   * @param value false if a missing result is an error
   * @return this
   */
  public DovetailEvaluator setMissingAllowed(boolean value) {
    set(missingAllowed, value);
    return this;
  }

  /**
   * Sets the label of ignored pixels in label maps.
   *
   * @param value 255 by default
   * @return this
   */
  public DovetailEvaluator setIgnoreIndex(int value) {
    set(ignoreIndex, value);
    return this;
  }

  /**
   * Sets whether label maps contain 1 for the first class and 0 for ignored pixels, as those of
   * ADE20K do.
   *
   * @param value false if they contain 0 for the first class
   * @return this
   */
  public DovetailEvaluator setReduceZeroLabel(boolean value) {
    set(reduceZeroLabel, value);
    return this;
  }

  /** {@return the parameter type} */
  public Param<String> type() {
    return type;
  }

  /** {@return the parameter annotations} */
  public Param<String> annotations() {
    return annotations;
  }

  /** {@return the parameter classes} */
  public StringArrayParam classes() {
    return classes;
  }

  /** {@return the parameter metricName} */
  public Param<String> metricName() {
    return metricName;
  }

  /** {@return the parameter predictionCol} */
  public Param<String> predictionCol() {
    return predictionCol;
  }

  /** {@return the parameter pathCol} */
  public Param<String> pathCol() {
    return pathCol;
  }

  /** {@return the parameter missingAllowed} */
  public BooleanParam missingAllowed() {
    return missingAllowed;
  }

  /** {@return the parameter ignoreIndex} */
  public IntParam ignoreIndex() {
    return ignoreIndex;
  }

  /** {@return the parameter reduceZeroLabel} */
  public BooleanParam reduceZeroLabel() {
    return reduceZeroLabel;
  }

  /** {@return a reader of evaluators that {@link #write} saved} */
  public static MLReader<DovetailEvaluator> read() {
    return new DefaultParamsReadable<DovetailEvaluator>() {}.read();
  }

  /**
   * {@return the evaluator saved at a path}
   *
   * @param path the argument of {@code save}
   */
  public static DovetailEvaluator load(String path) {
    return read().load(path);
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public DovetailEvaluator copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  /**
   * {@inheritDoc}
   *
   * @return the metric that {@link #setMetricName} names; by default AP, PQ or mIoU
   * @throws IllegalArgumentException as {@link #metrics}, or if the metric does not exist
   */
  @Override
  public double evaluate(Dataset<?> predictions) {
    String name = getOrDefault(metricName);
    Map<String, Double> metrics = metrics(predictions);
    Double value = metrics.get(name.isEmpty() ? measure().metric() : name);
    if (value == null) {
      throw new IllegalArgumentException(
          "the metric '"
              + name
              + "' does not exist; expected one of "
              + String.join(", ", metrics.keySet()));
    }
    return value;
  }

  /**
   * {@return the metrics by name: {@code AP}, {@code AP50}, …; {@code PQ}, {@code SQ}, …; {@code
   * aAcc}, {@code mIoU}, …}
   *
   * @param predictions rows with the columns of paths and results
   * @throws IllegalArgumentException if an image of the ground truth has no result, if a result has
   *     no image in the ground truth, or if a result does not match its image
   * @throws UncheckedIOException if the ground truth cannot be read
   */
  public Map<String, Double> metrics(Dataset<?> predictions) {
    TruthSource source = source(predictions);
    return metrics(predictions, source, source.truth());
  }

  private <A extends Accumulator, E> Map<String, Double> metrics(
      Dataset<?> predictions, TruthSource source, Truth<A, E> truth) {
    return truth.metrics(evaluation(predictions, source, truth));
  }

  /**
   * {@return the evaluation of objects, with the metrics of each category and the curves}
   *
   * @param predictions rows with the columns of paths and results
   * @throws IllegalArgumentException as {@link #metrics}, or if the type is another one
   */
  public CocoEvaluation objects(Dataset<?> predictions) {
    return evaluation(predictions, CocoTruth.class);
  }

  /**
   * {@return the evaluation of label maps, with the metrics of each class}
   *
   * @param predictions rows with the columns of paths and results
   * @throws IllegalArgumentException as {@link #metrics}, or if the type is another one
   */
  public SemanticEvaluation labelMaps(Dataset<?> predictions) {
    return evaluation(predictions, SemanticTruth.class);
  }

  /**
   * {@return the evaluation of segments, with the metrics of each category}
   *
   * @param predictions rows with the columns of paths and results
   * @throws IllegalArgumentException as {@link #metrics}, or if the type is another one
   */
  public PanopticEvaluation segments(Dataset<?> predictions) {
    return evaluation(predictions, PanopticMapsTruth.class);
  }

  private <A extends Accumulator, E, T extends Truth<A, E>> E evaluation(
      Dataset<?> predictions, Class<T> kind) {
    TruthSource source = source(predictions);
    Truth<?, ?> truth = source.truth();
    if (!kind.isInstance(truth)) {
      throw new IllegalArgumentException(
          "the type '" + measure().label() + "' has an evaluation of another kind; call metrics");
    }
    return evaluation(predictions, source, kind.cast(truth));
  }

  private TruthSource source(Dataset<?> predictions) {
    if (!isSet(annotations)) {
      throw new IllegalArgumentException(
          "the parameter annotations is not set; set it with setAnnotations");
    }
    try {
      return new TruthSource(
          measure(),
          getOrDefault(annotations),
          List.of(getOrDefault(classes)),
          new TruthSource.Labels(
              (Integer) getOrDefault(ignoreIndex), (Boolean) getOrDefault(reduceZeroLabel)),
          new StoredFiles(predictions.sparkSession().sparkContext()));
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private Measure measure() {
    return Measure.of(getOrDefault(type));
  }

  private <A extends Accumulator, E> E evaluation(
      Dataset<?> predictions, TruthSource source, Truth<A, E> truth) {
    Broadcast<TruthSource> broadcast =
        JavaSparkContext.fromSparkContext(predictions.sparkSession().sparkContext())
            .broadcast(source);
    try {
      ImageStates.Total<A> total = ImageStates.total(results(predictions), broadcast, truth);
      requireAll(predictions, truth.images(), total.images());
      return truth.summarise(total.accumulator());
    } finally {
      broadcast.unpersist();
    }
  }

  /** Paths, and the fields of the results as columns. */
  private Dataset<Row> results(Dataset<?> predictions) {
    Measure measure = measure();
    String result = getOrDefault(predictionCol);
    List<Column> columns = new ArrayList<>();
    List<EncoderField> fields = new ArrayList<>();
    columns.add(functions.col(getOrDefault(pathCol)).as(ImageStates.PATH));
    fields.add(Columns.required(ImageStates.PATH, Columns.STRING));
    for (EncoderField field : measure.columns().columns()) {
      boolean read = !field.nullable() || measure.readsMasks();
      columns.add(
          read
              ? functions.col(result).getField(field.name()).as(field.name())
              : functions.lit(null).cast(field.enc().dataType()).as(field.name()));
      fields.add(field);
    }
    return predictions
        .toDF()
        .filter(functions.col(result).isNotNull())
        .select(columns.toArray(Column[]::new))
        .as(Columns.rows(fields));
  }

  /**
   * Throws an exception if an image has no result.
   *
   * @param covered the indices of the images that have one
   */
  private void requireAll(Dataset<?> predictions, ImageNames images, BitSet covered) {
    int missing = images.size() - covered.cardinality();
    if (missing == 0 || (Boolean) getOrDefault(missingAllowed)) {
      return;
    }
    long failed =
        predictions.toDF().filter(functions.col(getOrDefault(predictionCol)).isNull()).count();
    throw new IllegalArgumentException(
        missing
            + (" of the " + images.size() + " images of " + getOrDefault(annotations))
            + (" have no result; the first is " + images.name(covered.nextClearBit(0)))
            + (failed == 0 ? "" : "; " + failed + " rows contain an error instead of a result")
            + " (setMissingAllowed(true) scores the other images)");
  }
}
