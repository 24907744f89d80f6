package dev.dovetail.spark;

import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.encoders.AgnosticEncoder;
import org.apache.spark.sql.catalyst.encoders.AgnosticEncoders;
import org.apache.spark.sql.catalyst.encoders.AgnosticEncoders.EncoderField;
import org.apache.spark.sql.catalyst.encoders.RowEncoder;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Columns whose values are arrays of primitives on the JVM's side. Spark's own encoder of rows
 * gives every float of an array an object of its own; these copy the array.
 */
final class Columns {

  static final AgnosticEncoder<?> INT = AgnosticEncoders.PrimitiveIntEncoder$.MODULE$;
  static final AgnosticEncoder<?> FLOAT = AgnosticEncoders.PrimitiveFloatEncoder$.MODULE$;
  static final AgnosticEncoder<?> STRING = AgnosticEncoders.StringEncoder$.MODULE$;
  static final AgnosticEncoder<?> BYTES = AgnosticEncoders.BinaryEncoder$.MODULE$;

  private Columns() {}

  /** A column without nulls. */
  static EncoderField required(String name, AgnosticEncoder<?> encoder) {
    return column(name, encoder, false);
  }

  /** A column in which values may be null. */
  static EncoderField optional(String name, AgnosticEncoder<?> encoder) {
    return column(name, encoder, true);
  }

  private static EncoderField column(String name, AgnosticEncoder<?> encoder, boolean nullable) {
    return new EncoderField(
        name, encoder, nullable, Metadata.empty(), Option.empty(), Option.empty());
  }

  /** Arrays without nulls. */
  static AgnosticEncoder<?> array(AgnosticEncoder<?> element) {
    return new AgnosticEncoders.ArrayEncoder<>(element, false);
  }

  /** Rows of these columns. */
  static AgnosticEncoder<Row> rows(List<EncoderField> columns) {
    return new AgnosticEncoders.RowEncoder(CollectionConverters.asScala(columns).toSeq());
  }

  /** The columns of a schema, encoded as Spark does. */
  static List<EncoderField> of(StructType schema) {
    AgnosticEncoders.RowEncoder rows = (AgnosticEncoders.RowEncoder) RowEncoder.encoderFor(schema);
    return CollectionConverters.asJava(rows.fields());
  }
}
