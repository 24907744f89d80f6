package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dovetail.internal.NamedModel;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.testing.SharedFolder;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The configs that are shipped with the program, as {@code list} shows them. */
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
  void configsAreListedSeparatelyFromPresetsWithTheirWeights() {
    String shown = CommandLineRun.of("list", "rt-detr-r18").succeeded().out();
    assertTrue(shown.startsWith("Configs, available by name with --weights"), shown);
    assertTrue(shown.contains("  hf:PekingU/rtdetr_r18vd" + System.lineSeparator()), shown);
    String presets = CommandLineRun.of("list", "efficientvit_b0").succeeded().out();
    assertTrue(presets.startsWith("Presets of backbones"), presets);
    String none = CommandLineRun.of("list", "efficientvit_b9").succeeded().out();
    assertTrue(none.contains("did you mean 'efficientvit_b0'?"), none);
  }

  @Test
  void longNamesAreNotTruncated() {
    String shown = CommandLineRun.of("list", "coco_panoptic_eomt_small").succeeded().out();
    assertTrue(shown.contains("coco_panoptic_eomt_small_640_dinov3  eomt"), shown);
    assertFalse(shown.contains("…"), shown);
  }

  @Test
  void aMissingCheckpointIsReportedWithItsUsualLocation() {
    CommandLineRun.of("export", "rt-detr-r18", "--size", "64x64", "--out", "a.onnx")
        .failed(Main.USAGE, "--weights=W", "the usual weights: hf:PekingU/rtdetr_r18vd");
  }

  @Test
  void everyConfigExceptOurOwnNamesItsWeights() throws IOException {
    for (String name : NamedModel.configNames()) {
      ModelConfig config = NamedModel.find(name, List.of(), note -> {}).config();
      String description = config.resolved().path("description").asText();
      boolean ours =
          name.contains("/") // references and experiments
              || name.startsWith("sample-")
              || description.contains("no published weights")
              || description.contains("no checkpoint was published");
      assertEquals(ours, config.weights().isEmpty(), name);
    }
  }

  @Test
  void shellsCompleteTheNamesOfConfigs() {
    String script = CommandLineRun.of("generate-completion").succeeded().out();
    assertTrue(script.contains("\"rt-detr-r18\""));
  }

  @Test
  void configsAreListedWithParametersSizeAndMultiplyAccumulates() throws IOException {
    String shown = CommandLineRun.of("list", "rt-detr-r18").succeeded().out();
    assertTrue(
        shown.lines().anyMatch(l -> l.matches("rt-detr-r18 +20\\.\\d+ +640x640 +\\d\\d\\.\\d+ .*")),
        shown);
    String json = CommandLineRun.of("list", "rt-detr-r18", "--json").succeeded().out();
    JsonNode config = new ObjectMapper().readTree(json).get("configs").get(0);
    assertEquals("rt-detr-r18", config.get("name").asText());
    assertEquals(20_160_000, config.get("parameters").asLong(), 10_000);
  }
}
