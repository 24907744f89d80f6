package dev.dovetail.spark;

import dev.dovetail.Dovetail;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.util.DefaultParamsReadable;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.encoders.AgnosticEncoder;
import org.apache.spark.sql.catalyst.encoders.AgnosticEncoders.EncoderField;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Runs a model on a column of images as a stage of a pipeline. It adds two columns. {@code
 * prediction} is a struct with the results of the model's task, in pixels of the original image.
 * {@code error} is the reason why an image has no result. Each row has exactly one of the two.
 *
 * <table>
 * <caption>The fields of {@code prediction}</caption>
 * <tr><td>detection</td><td>height, width, boxes {@code [n, 4]} (x1, y1, x2, y2), scores {@code
 * [n]}, labels {@code [n]} from 0, masks {@code [n]} as COCO's compressed run lengths or null</td>
 * </tr>
 * <tr><td>semantic</td><td>height, width, labelMap (a grayscale PNG)</td></tr>
 * <tr><td>panoptic</td><td>height, width, segmentMap (COCO's PNG of ids), ids, labels, scores and
 * areas {@code [n]}</td></tr>
 * <tr><td>classification</td><td>scores {@code [classes]}</td></tr>
 * <tr><td>embedding</td><td>values {@code [channels]}</td></tr>
 * </table>
 *
 * <p>All tasks of an executor share one model, which is opened for the first image.
 */
public final class DovetailModel extends Transformer implements DefaultParamsWritable {

  private static final long serialVersionUID = 1L;

  private static final long DEFAULT_PLAN_MEMORY = 2L << 30;

  private final String uid;
  private final Param<String> model;
  private final Param<String> weights;
  private final Param<String> device;
  private final Param<String> precision;
  private final Param<String> calibration;
  private final IntParam threads;
  private final LongParam planMemory;
  private final IntParam batchSize;
  private final DoubleParam scoreThreshold;
  private final Param<String> task;
  private final Param<String> inputCol;
  private final Param<String> pathCol;
  private final Param<String> outputCol;
  private final Param<String> errorCol;

  /** Creates a stage without a model, see {@link #setModel}. */
  public DovetailModel() {
    this(Identifiable$.MODULE$.randomUID("dovetail"));
  }

  /**
   * Creates a stage without a model.
   *
   * @param uid the unique name of the stage
   */
  public DovetailModel(String uid) {
    this.uid = uid;
    model =
        text(
            "model",
            "a Hugging Face directory, an exported .onnx file, a config, the name of a built-in"
                + " model, or the name of a file sent with the application");
    weights = text("weights", "a checkpoint, or the name of one sent with the application");
    device = text("device", "cpu, cuda (the GPU that Spark assigns to the task) or cuda:N");
    precision =
        new Param<>(
            uid,
            "precision",
            "fp32, fp16 or int8",
            ParamValidators.inArray(List.of("fp32", "fp16", "int8")),
            String.class);
    calibration = text("calibration", "the calibration file of int8");
    threads =
        new IntParam(
            uid,
            "threads",
            "the number of threads of one operator; 0 for the executor's cores",
            ParamValidators.gtEq(0));
    planMemory =
        new LongParam(
            uid,
            "planMemory",
            "the maximum memory of an executor's compiled plans in bytes, outside its heap",
            ParamValidators.gt(0));
    batchSize = new IntParam(uid, "batchSize", "the maximum batch size", ParamValidators.gtEq(1));
    scoreThreshold =
        new DoubleParam(
            uid,
            "scoreThreshold",
            "objects with a lower score are removed",
            ParamValidators.inRange(0, 1));
    task = text("task", "the model's task, if the driver cannot open the model");
    inputCol = text("inputCol", "the images: the contents of files or their paths");
    pathCol = text("pathCol", "the names of the images in messages");
    outputCol = text("outputCol", "the results");
    errorCol = text("errorCol", "the reason why an image has no result");
    setDefault(weights, "");
    setDefault(device, "cpu");
    setDefault(precision, "fp32");
    setDefault(calibration, "");
    setDefault(threads, 0);
    setDefault(planMemory, DEFAULT_PLAN_MEMORY);
    setDefault(batchSize, 1);
    setDefault(scoreThreshold, 0.0);
    setDefault(task, "");
    setDefault(inputCol, "content");
    setDefault(pathCol, "path");
    setDefault(outputCol, "prediction");
    setDefault(errorCol, "error");
  }

  private Param<String> text(String name, String doc) {
    return new Param<>(uid, name, doc, String.class);
  }

  /**
   * Sets the model.
   *
   * @param value an argument of {@link Dovetail#model}: a Hugging Face directory, an exported
   *     {@code .onnx} file or a config on a path that every executor can read, or the name of a
   *     built-in model; or the name of a file sent with {@code --files}
   * @return this
   */
  public DovetailModel setModel(String value) {
    set(model, value);
    return this;
  }

  /**
   * Sets the checkpoint of a config.
   *
   * @param value a file that every executor can read, or the name of one sent with {@code --files}
   * @return this
   */
  public DovetailModel setWeights(String value) {
    set(weights, value);
    return this;
  }

  /**
   * Sets the device on which executors run the model.
   *
   * @param value {@code cpu}, {@code cuda:N}, or {@code cuda} for the GPU that Spark assigns to
   *     each task
   * @return this
   */
  public DovetailModel setDevice(String value) {
    set(device, value);
    return this;
  }

  /**
   * Sets the precision of the computation.
   *
   * @param value {@code fp32}, {@code fp16} or {@code int8}
   * @return this
   */
  public DovetailModel setPrecision(String value) {
    set(precision, value);
    return this;
  }

  /**
   * Sets the calibration file of int8.
   *
   * @param value a file that every executor can read, or the name of one sent with {@code --files}
   * @return this
   */
  public DovetailModel setCalibration(String value) {
    set(calibration, value);
    return this;
  }

  /**
   * Sets the number of threads per operator.
   *
   * @param value 0 for {@code spark.executor.cores}, or if that is not set, for the cores of the
   *     machine
   * @return this
   */
  public DovetailModel setThreads(int value) {
    set(threads, value);
    return this;
  }

  /**
   * Sets the maximum memory of an executor's compiled plans. It is outside the Java heap.
   *
   * @param value the maximum in bytes; one plan is always kept
   * @return this
   */
  public DovetailModel setPlanMemory(long value) {
    set(planMemory, value);
    return this;
  }

  /**
   * Sets the maximum batch size.
   *
   * @param value 1 for results that do not depend on the partitioning of the images
   * @return this
   */
  public DovetailModel setBatchSize(int value) {
    set(batchSize, value);
    return this;
  }

  /**
   * Sets the score below which objects are removed.
   *
   * @param value the lowest score to keep, 0 to 1
   * @return this
   */
  public DovetailModel setScoreThreshold(double value) {
    set(scoreThreshold, value);
    return this;
  }

  /**
   * Sets the task. Required only if the driver cannot open the model.
   *
   * @param value {@code detection}, {@code semantic}, {@code panoptic}, {@code classification} or
   *     {@code embedding}
   * @return this
   */
  public DovetailModel setTask(String value) {
    set(task, value);
    return this;
  }

  /**
   * Sets the column of images.
   *
   * @param value a column with the contents of files ({@code binary}), such as {@code content} of
   *     {@code binaryFile}, or with their paths ({@code string}), which executors then read
   * @return this
   */
  public DovetailModel setInputCol(String value) {
    set(inputCol, value);
    return this;
  }

  /**
   * Sets the column of image names, which are used in messages.
   *
   * @param value a column of type {@code string}; it does not have to exist
   * @return this
   */
  public DovetailModel setPathCol(String value) {
    set(pathCol, value);
    return this;
  }

  /**
   * Sets the column of results.
   *
   * @param value the name of a new column
   * @return this
   */
  public DovetailModel setOutputCol(String value) {
    set(outputCol, value);
    return this;
  }

  /**
   * Sets the column of the reasons why images have no result.
   *
   * @param value the name of a new column
   * @return this
   */
  public DovetailModel setErrorCol(String value) {
    set(errorCol, value);
    return this;
  }

  /** {@return the parameter model} */
  public Param<String> model() {
    return model;
  }

  /** {@return the parameter weights} */
  public Param<String> weights() {
    return weights;
  }

  /** {@return the parameter device} */
  public Param<String> device() {
    return device;
  }

  /** {@return the parameter precision} */
  public Param<String> precision() {
    return precision;
  }

  /** {@return the parameter calibration} */
  public Param<String> calibration() {
    return calibration;
  }

  /** {@return the parameter threads} */
  public IntParam threads() {
    return threads;
  }

  /** {@return the parameter planMemory} */
  public LongParam planMemory() {
    return planMemory;
  }

  /** {@return the parameter batchSize} */
  public IntParam batchSize() {
    return batchSize;
  }

  /** {@return the parameter scoreThreshold} */
  public DoubleParam scoreThreshold() {
    return scoreThreshold;
  }

  /** {@return the parameter task} */
  public Param<String> task() {
    return task;
  }

  /** {@return the parameter inputCol} */
  public Param<String> inputCol() {
    return inputCol;
  }

  /** {@return the parameter pathCol} */
  public Param<String> pathCol() {
    return pathCol;
  }

  /** {@return the parameter outputCol} */
  public Param<String> outputCol() {
    return outputCol;
  }

  /** {@return the parameter errorCol} */
  public Param<String> errorCol() {
    return errorCol;
  }

  /** {@return a reader of stages that {@link #write} saved} */
  public static MLReader<DovetailModel> read() {
    return new DefaultParamsReadable<DovetailModel>() {}.read();
  }

  /**
   * {@return the stage saved at a path}
   *
   * @param path the argument of {@code save}
   */
  public static DovetailModel load(String path) {
    return read().load(path);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the model does not exist, a parameter does not match it, or
   *     the schema lacks the column of images
   */
  @Override
  public StructType transformSchema(StructType schema) {
    return rows(schema, columns()).schema();
  }

  @Override
  public Dataset<Row> transform(Dataset<?> images) {
    StructType schema = images.schema();
    ResultColumns columns = columns();
    AgnosticEncoder<Row> rows = rows(schema, columns);
    int column = schema.fieldIndex(getOrDefault(inputCol));
    boolean isPath = schema.fields()[column].dataType().equals(DataTypes.StringType);
    int name = List.of(schema.fieldNames()).indexOf(getOrDefault(pathCol));
    ImageColumn input =
        new ImageColumn(
            column,
            isPath,
            isPath ? column : name,
            new StoredFiles(images.sparkSession().sparkContext()));
    PredictRows predict =
        new PredictRows(
            options(),
            columns,
            input,
            (Integer) getOrDefault(batchSize),
            ((Double) getOrDefault(scoreThreshold)).floatValue());
    return images.toDF().mapPartitions(predict, rows).toDF();
  }

  /** Encodes the rows of a schema with the two new columns. */
  private AgnosticEncoder<Row> rows(StructType schema, ResultColumns columns) {
    String input = getOrDefault(inputCol);
    List<String> names = List.of(schema.fieldNames());
    require(
        names.contains(input),
        "the column '%s' of images does not exist; the columns are %s",
        input,
        names);
    DataType type = schema.apply(input).dataType();
    require(
        type.equals(DataTypes.BinaryType) || type.equals(DataTypes.StringType),
        "the column '%s' is %s; expected binary, the contents of image files, or string, their paths",
        input,
        type.simpleString());
    List<EncoderField> all = new ArrayList<>(Columns.of(schema));
    for (String added : List.of(getOrDefault(outputCol), getOrDefault(errorCol))) {
      require(!names.contains(added), "the column '%s' exists already; choose another name", added);
    }
    all.add(Columns.optional(getOrDefault(outputCol), columns.encoder()));
    all.add(Columns.optional(getOrDefault(errorCol), Columns.STRING));
    return Columns.rows(all);
  }

  private static void require(boolean condition, String message, Object... values) {
    if (!condition) {
      throw new IllegalArgumentException(String.format(Locale.ROOT, message, values));
    }
  }

  private ModelOptions options() {
    require(isSet(model), "the parameter model is not set; set it with setModel");
    return new ModelOptions(
        getOrDefault(model),
        getOrDefault(weights),
        getOrDefault(device),
        getOrDefault(precision),
        getOrDefault(calibration),
        (Integer) getOrDefault(threads),
        (Long) getOrDefault(planMemory));
  }

  private ResultColumns columns() {
    String named = getOrDefault(task);
    return ResultColumns.of(named.isEmpty() ? read(dev.dovetail.DovetailModel::task) : named);
  }

  /**
   * {@return the names of the model's classes in the order of their labels; empty if they are
   * unknown} The driver opens the model for this.
   */
  public String[] classes() {
    return read(model -> model.classes().toArray(String[]::new));
  }

  private <T> T read(Function<dev.dovetail.DovetailModel, T> property) {
    try (OpenModels.Lease lease = OpenModels.lease(options())) {
      return property.apply(lease.model());
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public DovetailModel copy(ParamMap extra) {
    return defaultCopy(extra);
  }
}
