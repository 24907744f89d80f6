package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dovetail.testing.SharedFolder;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code list} says of the configs that come with the program. */
class ListCommandTest {

  private static final String HOME = "dovetail.home";

  @BeforeEach
  void comeHome() {
    System.setProperty(HOME, SharedFolder.projectRoot().toString());
  }

  @AfterEach
  void leave() {
    System.clearProperty(HOME);
  }

  @Test
  void configsStandWithTheirParametersSizeAndMultiplyAccumulates() throws IOException {
    String shown = CommandLineRun.of("list", "rt-detr-r18").succeeded().out();
    assertTrue(
        shown.lines().anyMatch(l -> l.matches("rt-detr-r18 +20\\.\\d+ +640x640 +\\d\\d\\.\\d+ *")),
        shown);
    String json = CommandLineRun.of("list", "rt-detr-r18", "--json").succeeded().out();
    JsonNode config = new ObjectMapper().readTree(json).get("configs").get(0);
    assertEquals("rt-detr-r18", config.get("name").asText());
    assertEquals(20_160_000, config.get("parameters").asLong(), 10_000);
  }
}
