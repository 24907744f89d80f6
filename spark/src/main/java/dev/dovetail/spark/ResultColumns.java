package dev.dovetail.spark;

import dev.dovetail.Prediction;
import dev.dovetail.formats.Detections;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.image.ImageBytes;
import dev.dovetail.formats.mask.Rle;
import dev.dovetail.formats.panoptic.IdPng;
import dev.dovetail.formats.panoptic.PanopticMap;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.formats.semantic.LabelPng;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.encoders.AgnosticEncoder;
import org.apache.spark.sql.catalyst.encoders.AgnosticEncoders.EncoderField;
import org.jspecify.annotations.Nullable;

/** The columns of the results of each task. Converts results to rows and back. */
enum ResultColumns {
  /**
   * Objects: boxes {@code [n, 4]} as x1, y1, x2, y2 in pixels, scores and labels {@code [n]}, and
   * if the model predicts masks, their run lengths as COCO's compressed strings {@code [n]}. Masks
   * have the size of the image.
   */
  DETECTION(
      Columns.required("height", Columns.INT),
      Columns.required("width", Columns.INT),
      Columns.required("boxes", Columns.array(Columns.array(Columns.FLOAT))),
      Columns.required("scores", Columns.array(Columns.FLOAT)),
      Columns.required("labels", Columns.array(Columns.INT)),
      Columns.optional("masks", Columns.array(Columns.STRING))) {
    @Override
    Row row(Prediction prediction) {
      Detections detections = prediction.detections();
      float[][] boxes = new float[detections.count()][];
      Arrays.setAll(boxes, i -> Arrays.copyOfRange(detections.boxes(), 4 * i, 4 * i + 4));
      String[] masks = null;
      if (detections.hasMasks() && detections.masks().length == detections.count()) {
        masks = Arrays.stream(detections.masks()).map(Rle::compressed).toArray(String[]::new);
      }
      return RowFactory.create(
          detections.image().height(),
          detections.image().width(),
          boxes,
          detections.scores(),
          detections.labels(),
          masks);
    }
  },

  /** The class of each pixel as a grayscale PNG. */
  SEMANTIC(
      Columns.required("height", Columns.INT),
      Columns.required("width", Columns.INT),
      Columns.required("labelMap", Columns.BYTES)) {
    @Override
    Row row(Prediction prediction) {
      LabelMap map = prediction.labelMap();
      return RowFactory.create(map.size().height(), map.size().width(), LabelPng.encode(map));
    }
  },

  /**
   * The segment of each pixel as COCO's PNG of ids, and the id, label, score and number of pixels
   * of each segment.
   */
  PANOPTIC(
      Columns.required("height", Columns.INT),
      Columns.required("width", Columns.INT),
      Columns.required("segmentMap", Columns.BYTES),
      Columns.required("ids", Columns.array(Columns.INT)),
      Columns.required("labels", Columns.array(Columns.INT)),
      Columns.required("scores", Columns.array(Columns.FLOAT)),
      Columns.required("areas", Columns.array(Columns.INT))) {
    @Override
    Row row(Prediction prediction) {
      PanopticMap panoptic = prediction.panopticMap();
      List<PanopticMap.Segment> segments = panoptic.segments();
      float[] scores = new float[segments.size()];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = segments.get(i).score();
      }
      Size size = panoptic.map().size();
      return RowFactory.create(
          size.height(),
          size.width(),
          IdPng.encode(panoptic.map()),
          segments.stream().mapToInt(PanopticMap.Segment::id).toArray(),
          segments.stream().mapToInt(PanopticMap.Segment::label).toArray(),
          scores,
          segments.stream().mapToInt(PanopticMap.Segment::area).toArray());
    }
  },

  /** A score for each class. The scores sum to 1. */
  CLASSIFICATION(Columns.required("scores", Columns.array(Columns.FLOAT))) {
    @Override
    Row row(Prediction prediction) {
      return RowFactory.create(prediction.classScores().scores());
    }
  },

  /** A vector that represents the image. */
  EMBEDDING(Columns.required("values", Columns.array(Columns.FLOAT))) {
    @Override
    Row row(Prediction prediction) {
      return RowFactory.create(prediction.embedding().values());
    }
  };

  private final List<EncoderField> columns;

  ResultColumns(EncoderField... columns) {
    this.columns = List.of(columns);
  }

  /**
   * {@return the columns of a task}
   *
   * @throws IllegalArgumentException if the task is not supported
   */
  static ResultColumns of(String task) {
    List<String> names = new ArrayList<>();
    for (ResultColumns columns : values()) {
      if (columns.task().equals(task)) {
        return columns;
      }
      names.add(columns.task());
    }
    throw new IllegalArgumentException(
        "the task '" + task + "' is not supported; expected one of " + String.join(", ", names));
  }

  /** {@return the name of the task} */
  String task() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** {@return the encoder of a row of results} */
  AgnosticEncoder<Row> encoder() {
    return Columns.rows(columns);
  }

  /** {@return the columns; an evaluation may omit those that can be null} */
  List<EncoderField> columns() {
    return columns;
  }

  /** Converts the result for an image to a row. */
  abstract Row row(Prediction prediction);

  /**
   * Returns the objects of a row with the columns of {@link #DETECTION}.
   *
   * @param row with arrays of primitives, as {@link #encoder} decodes them
   */
  static Detections detections(Row row) {
    Size size = size(row);
    float[][] boxes = row.getAs("boxes");
    float[] flat = new float[4 * boxes.length];
    for (int i = 0; i < boxes.length; i++) {
      System.arraycopy(boxes[i], 0, flat, 4 * i, 4);
    }
    String @Nullable [] counts = row.getAs("masks");
    Rle[] masks = new Rle[counts == null ? 0 : counts.length];
    for (int i = 0; i < masks.length; i++) {
      masks[i] = Rle.ofCompressed(size.height(), size.width(), counts[i]);
    }
    return new Detections(size, flat, row.getAs("scores"), row.getAs("labels"), masks);
  }

  /**
   * Returns the label map of a row with the columns of {@link #SEMANTIC}.
   *
   * @throws IOException if it is not a label map
   */
  static LabelMap labelMap(Row row, String name) throws IOException {
    return LabelPng.read(new ImageBytes(name, row.getAs("labelMap")));
  }

  /**
   * Returns the segments of a row with the columns of {@link #PANOPTIC}.
   *
   * @throws IOException if the PNG is not a map of ids
   */
  static PanopticMap segments(Row row, String name) throws IOException {
    int[] ids = row.getAs("ids");
    int[] labels = row.getAs("labels");
    float[] scores = row.getAs("scores");
    int[] areas = row.getAs("areas");
    List<PanopticMap.Segment> segments = new ArrayList<>();
    for (int i = 0; i < ids.length; i++) {
      segments.add(new PanopticMap.Segment(ids[i], labels[i], scores[i], areas[i]));
    }
    return new PanopticMap(IdPng.read(new ImageBytes(name, row.getAs("segmentMap"))), segments);
  }

  private static Size size(Row row) {
    return new Size(row.<Integer>getAs("height"), row.<Integer>getAs("width"));
  }
}
