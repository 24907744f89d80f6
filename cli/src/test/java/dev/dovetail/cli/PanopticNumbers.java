package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Compares the panoptic numbers of {@code eval} with those of {@code score} for the written
 * results.
 */
final class PanopticNumbers {

  private static final ObjectMapper JSON = new ObjectMapper();

  private PanopticNumbers() {}

  /**
   * Fails unless all digits are equal.
   *
   * @param out the output directory of {@code eval}
   * @return the quality of all categories
   */
  static double assertSame(Path truth, Path out) throws IOException {
    JsonNode metrics = JSON.readTree(out.resolve("metrics.json").toFile()).get("metrics");
    JsonNode scores =
        JSON.readTree(
            CommandLineRun.of(
                    "score",
                    "--type",
                    "panoptic",
                    "--gt",
                    truth,
                    "--dt",
                    out.resolve("panoptic.json"),
                    "--json")
                .succeeded()
                .out());
    for (String group : new String[] {"All", "Things", "Stuff"}) {
      for (String number : new String[] {"PQ", "SQ", "RQ"}) {
        assertEquals(
            metrics.get(group).get(number),
            scores.get("overall").get(group).get(number.toLowerCase(Locale.ROOT)),
            group + " " + number);
      }
    }
    return metrics.get("All").get("PQ").asDouble();
  }
}
