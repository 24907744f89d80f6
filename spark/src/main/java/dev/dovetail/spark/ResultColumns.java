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

/** The columns of the results of each task, and how results become rows. */
enum ResultColumns {
  /**
   * Objects: boxes {@code [n, 4]} as x1, y1, x2, y2 in pixels, scores and labels {@code [n]}, and
   * where the model gives masks their runs as COCO's compressed count strings {@code [n]}, each of
   * the image's size.
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
      Detections found = prediction.detections();
      float[][] boxes = new float[found.count()][];
      Arrays.setAll(boxes, i -> Arrays.copyOfRange(found.boxes(), 4 * i, 4 * i + 4));
      String[] masks = null;
      if (found.hasMasks() && found.masks().length == found.count()) {
        masks = Arrays.stream(found.masks()).map(Rle::compressed).toArray(String[]::new);
      }
      return RowFactory.create(
          found.image().height(),
          found.image().width(),
          boxes,
          found.scores(),
          found.labels(),
          masks);
    }
  },

  /** The class of each pixel as a grey PNG. */
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
   * The segment of each pixel as COCO's PNG of ids, and for each segment its id, label, score and
   * number of pixels.
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
      PanopticMap found = prediction.panopticMap();
      List<PanopticMap.Segment> segments = found.segments();
      float[] scores = new float[segments.size()];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = segments.get(i).score();
      }
      Size size = found.map().size();
      return RowFactory.create(
          size.height(),
          size.width(),
          IdPng.encode(found.map()),
          segments.stream().mapToInt(PanopticMap.Segment::id).toArray(),
          segments.stream().mapToInt(PanopticMap.Segment::label).toArray(),
          scores,
          segments.stream().mapToInt(PanopticMap.Segment::area).toArray());
    }
  },

  /** A score for each class, which sum to 1. */
  CLASSIFICATION(Columns.required("scores", Columns.array(Columns.FLOAT))) {
    @Override
    Row row(Prediction prediction) {
      return RowFactory.create(prediction.classScores().scores());
    }
  },

  /** The image as a vector. */
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
   * @throws IllegalArgumentException if its results have no columns
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
        "results of the task '"
            + task
            + "' have no columns; expected one of "
            + String.join(", ", names));
  }

  /** {@return the name of the task} */
  String task() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** {@return what encodes a row of results} */
  AgnosticEncoder<Row> encoder() {
    return Columns.rows(columns);
  }

  /** {@return the columns, those that may be null being optional to read} */
  List<EncoderField> columns() {
    return columns;
  }

  /** The result of an image as a row. */
  abstract Row row(Prediction prediction);

  /**
   * The objects in the columns of {@link #DETECTION}.
   *
   * @param row with typed arrays, as {@link #encoder} decodes them
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
   * The map in the columns of {@link #SEMANTIC}.
   *
   * @throws IOException if it is not a label map
   */
  static LabelMap labelMap(Row row, String name) throws IOException {
    return LabelPng.read(new ImageBytes(name, row.getAs("labelMap")));
  }

  /**
   * The segments in the columns of {@link #PANOPTIC}.
   *
   * @throws IOException if the map is not one of ids
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
