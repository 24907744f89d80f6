package dev.dovetail.cli.score;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A written state.
 *
 * @param covered the number of images in the state
 * @param images the number of images in the data set
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
