package dev.dovetail.cli.score;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.dovetail.EvaluationReport;
import dev.dovetail.cli.console.JsonOption.Json;
import dev.dovetail.cli.score.scorer.JsonObjects;
import dev.dovetail.cli.score.scorer.Score;
import dev.dovetail.internal.Version;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** A score as JSON: the keys of its type, followed by those that it shares with {@code eval}. */
record ScoreDocument(String type, Score score) implements Json {

  @Override
  public void write(JsonGenerator json) throws IOException {
    Map<String, Json> common = new LinkedHashMap<>();
    common.put("schema", out -> out.writeString(EvaluationReport.SCHEMA));
    common.put("type", out -> out.writeString(type));
    common.put("metrics", out -> out.writePOJO(score.metrics()));
    score.images().ifPresent(n -> common.put("images", out -> out.writeNumber(n)));
    common.put("versions", out -> out.writePOJO(Map.of("dovetail", Version.dovetail())));
    JsonObjects.extend(json, score::writeJson, common);
  }
}
