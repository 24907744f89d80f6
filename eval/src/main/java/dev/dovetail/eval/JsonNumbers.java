package dev.dovetail.eval;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/** Numbers in JSON, which has no NaN: null stands for no value. */
public final class JsonNumbers {

  private JsonNumbers() {}

  /**
   * Writes a number, or null for NaN.
   *
   * @param json where to write it
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
   * @param json where to write it
   * @param field the name of the field
   * @param value the number
   * @throws IOException if it cannot be written
   */
  public static void write(JsonGenerator json, String field, double value) throws IOException {
    json.writeFieldName(field);
    write(json, value);
  }
}
