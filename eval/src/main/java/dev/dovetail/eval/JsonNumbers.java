package dev.dovetail.eval;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/** Writes numbers as JSON. JSON has no NaN, so null represents a missing value. */
public final class JsonNumbers {

  private JsonNumbers() {}

  /**
   * Writes a number, or null for NaN.
   *
   * @param json the destination
   * @param value the number
   * @throws IOException if it cannot be written
   */
  public static void write(JsonGenerator json, double value) throws IOException {
    if (Double.isNaN(value)) {
      json.writeNull();
    } else {
      json.writeNumber(value);
    }
  }

  /**
   * Writes a field with a number, or with null for NaN.
   *
   * @param json the destination
   * @param field the name of the field
   * @param value the number
   * @throws IOException if it cannot be written
   */
  public static void write(JsonGenerator json, String field, double value) throws IOException {
    json.writeFieldName(field);
    write(json, value);
  }
}
