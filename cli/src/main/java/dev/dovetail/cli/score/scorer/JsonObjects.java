package dev.dovetail.cli.score.scorer;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import dev.dovetail.cli.console.JsonOption.Json;
import java.io.IOException;
import java.util.Map;

/** Merges values written as one JSON object each. */
public final class JsonObjects {

  private JsonObjects() {}

  /** Writes an object with all fields of another, followed by additional fields. */
  public static void extend(JsonGenerator json, Json object, Map<String, Json> more)
      throws IOException {
    json.writeStartObject();
    try (TokenBuffer written = new TokenBuffer(json.getCodec(), false)) {
      object.write(written);
      JsonParser tokens = written.asParser();
      tokens.nextToken();
      while (tokens.nextToken() != JsonToken.END_OBJECT) {
        json.copyCurrentStructure(tokens);
      }
    }
    for (Map.Entry<String, Json> field : more.entrySet()) {
      json.writeFieldName(field.getKey());
      field.getValue().write(json);
    }
    json.writeEndObject();
  }
}
