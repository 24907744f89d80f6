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
 * Encoders of columns whose values are arrays of primitives. Spark's default encoder of rows boxes
 * each element of an array. These encoders copy the array.
 */
final class Columns {

  static final AgnosticEncoder<?> INT = AgnosticEncoders.PrimitiveIntEncoder$.MODULE$;
  static final AgnosticEncoder<?> FLOAT = AgnosticEncoders.PrimitiveFloatEncoder$.MODULE$;
  static final AgnosticEncoder<?> STRING = AgnosticEncoders.StringEncoder$.MODULE$;
  static final AgnosticEncoder<?> BYTES = AgnosticEncoders.BinaryEncoder$.MODULE$;

  private Columns() {}

  /** Returns a column without nulls. */
  static EncoderField required(String name, AgnosticEncoder<?> encoder) {
    return column(name, encoder, false);
  }

  /** Returns a column in which values can be null. */
  static EncoderField optional(String name, AgnosticEncoder<?> encoder) {
    return column(name, encoder, true);
  }

  private static EncoderField column(String name, AgnosticEncoder<?> encoder, boolean nullable) {
    return new EncoderField(
        name, encoder, nullable, Metadata.empty(), Option.empty(), Option.empty());
  }

  /** Returns the encoder of arrays without nulls. */
  static AgnosticEncoder<?> array(AgnosticEncoder<?> element) {
    return new AgnosticEncoders.ArrayEncoder<>(element, false);
  }

  /** Returns the encoder of rows with these columns. */
  static AgnosticEncoder<Row> rows(List<EncoderField> columns) {
    return new AgnosticEncoders.RowEncoder(CollectionConverters.asScala(columns).toSeq());
  }

  /** Returns the columns of a schema with Spark's default encoders. */
  static List<EncoderField> of(StructType schema) {
    AgnosticEncoders.RowEncoder rows = (AgnosticEncoders.RowEncoder) RowEncoder.encoderFor(schema);
    return CollectionConverters.asJava(rows.fields());
  }
}
