package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DoctorCommandTest {

  @Test
  void theProcessorAndTheNativeLibrariesWorkWhereTheTestsRun() throws IOException {
    JsonNode json = new ObjectMapper().readTree(CommandLineRun.of("doctor", "--json").out());
    Map<String, String> states = new TreeMap<>();
    json.get("findings")
        .forEach(f -> states.put(f.get("subject").asText(), f.get("status").asText()));
    for (String subject :
        new String[] {
          "dovetail",
          "Java",
          "system",
          "memory",
          "OpenCV",
          "ONNX Runtime",
          "cpu",
          "temporary",
          "network"
        }) {
      assertEquals("good", states.get(subject), subject);
    }
    assertTrue(states.containsKey("cuda:0"), states.toString());
    assertTrue(states.containsKey("training"), states.toString());
    assertTrue(states.containsKey("cache"), states.toString());
  }

  @Test
  void theExitCodeSaysWhetherSomethingIsBroken() throws IOException {
    CommandLineRun run = CommandLineRun.of("doctor", "--json");
    boolean broken = run.out().contains("\"broken\"");
    assertEquals(broken ? Main.FAILED : Main.OK, run.code());
  }

  @Test
  void theTextFits80Columns() {
    String text = CommandLineRun.of("doctor").out();
    assertTrue(text.contains("cuda:0        "), text);
    assertTrue(text.lines().allMatch(l -> l.length() <= 80 || !l.strip().contains("  ")), text);
  }
}
