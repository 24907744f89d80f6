package dev.dovetail.cli.score;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A state that was written.
 *
 * @param covered how many images it covers
 * @param images how many images the set has
 */
record SavedState(Path file, int covered, int images) {

  String text() {
    return String.format(Locale.ROOT, "%s: %d of %d images", file, covered, images);
  }

  void writeJson(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("state", file.toString());
    json.writeNumberField("covered", covered);
    json.writeNumberField("n_images", images);
    json.writeEndObject();
  }
}
