package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dovetail.testing.SharedFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InspectCommandTest {

  private static CommandLineRun inspect(String config, Object... more) {
    List<Object> args = new ArrayList<>();
    args.add("inspect");
    args.add(SharedFolder.projectRoot().resolve("configs").resolve(config + ".json"));
    args.addAll(Arrays.asList(more));
    return CommandLineRun.of(args.toArray());
  }

  private static JsonNode json(CommandLineRun run) throws IOException {
    return new ObjectMapper().readTree(run.out());
  }

  private static Path checkpoint(String name) {
    return SharedFolder.require("models/reference/" + name).resolve("checkpoint.pth");
  }

  @ParameterizedTest
  @CsvSource({
    "mask-rcnn-vit-comer-tiny,  29066768, 8964896,   123.8",
    "mask-rcnn-vit-comer-small, 50756048, 30457568,  332.2",
    "mask-rcnn-vit-comer-base,  129743216, 109051520, 955.1",
    "mask-rcnn-vit-comer-large, 364048176, 343094336, 2276.4",
    "upernet-vit-comer-tiny,    38715148, 10619360,  36.8",
    "upernet-vit-comer-small,   61391500, 31280480,  82.6",
    "upernet-vit-comer-base,    144745132, 110603648, 235.8",
  })
  void publishedModelsHaveTheirPublishedCostAtTheirPublishedSize(
      String config, long whole, long backbone, double gigaMacs) throws IOException {
    JsonNode json = json(inspect(config, "--json").succeeded());
    assertEquals(whole, json.get("whole").get("parameters").asLong());
    JsonNode part = json.get("scopes").get("backbone");
    assertEquals(backbone, part.get("parameters").asLong());
    assertEquals(gigaMacs, part.get("macs").asLong() / 1e9, 0.02 * gigaMacs);
  }

  @Test
  void thePlacementCountsTheNodesOfEachProvider() throws IOException {
    CommandLineRun run =
        inspect("rt-detr-r18", "--placement", "--size", "256x256", "--json").succeeded();
    JsonNode placement = json(run).get("placement");
    assertEquals(57, placement.get("nodes").get("Conv").get("CPUExecutionProvider").asInt());
    assertEquals(0, placement.get("copies").asInt());
    assertTrue(placement.get("attentions").isEmpty());
    String text = inspect("rt-detr-r18", "--placement", "--size", "256x256").succeeded().out();
    assertTrue(text.matches("(?s)operator +nodes +provider.*Conv +57 +cpu.*"), text);
  }

  @ParameterizedTest
  @CsvSource({
    "--device=cpu,, --device and --precision require --placement",
    "--placement, --graph, --graph and --placement are mutually exclusive",
    "--placement, --precision=int8, --placement supports --precision fp32 and fp16",
  })
  void whatDoesNotGoWithThePlacementIsRefused(String first, String second, String message) {
    Object[] more = second == null ? new Object[] {first} : new Object[] {first, second};
    CommandLineRun run = inspect("rt-detr-r18", more);
    assertEquals(2, run.code());
    assertTrue(run.err().contains(message), run.err());
  }

  @Test
  void theGraphHasOneLinePerNodeAndReplacesTheCounts() {
    String graph =
        inspect("upernet-vit-comer-tiny", "--graph", "--size", "64x64").succeeded().out();
    assertTrue(graph.startsWith("input image uint8[1, 64, 64, 3]"), graph);
    assertTrue(graph.contains("\noutput label_map = "), graph);
    assertTrue(
        graph.contains(" = Conv(preprocess#") && graph.contains("patch_embed.proj.weight float32"),
        graph);
    inspect("upernet-vit-comer-tiny", "--graph", "--json").failed(Main.USAGE, "use --json=FILE");
  }

  @Test
  void aRetiredKeyIsReadWithANote() {
    CommandLineRun run =
        inspect("upernet-vit-comer-tiny", "--set", "backbone.lineage=beit").succeeded();
    assertTrue(
        run.err().contains("dovetail: warning: the key 'backbone.lineage' is retired"), run.err());
    assertTrue(run.err().contains("backbone.keyBias=false"), run.err());
    assertEquals("", inspect("upernet-vit-comer-tiny").succeeded().err());
  }

  @Test
  void theTreeShowsAuxiliaryHeadsAndTheRequestedDepth() {
    String shallow = inspect("upernet-vit-comer-tiny", "--depth", "1").succeeded().out();
    assertTrue(shallow.startsWith("input 512x512"), shallow);
    assertTrue(shallow.contains("auxiliary_head (training only)"), shallow);
    assertTrue(shallow.lines().anyMatch(l -> l.matches("whole model +38,715,148 +\\S+")), shallow);
    assertFalse(shallow.contains("blocks"), shallow);
    String deep = inspect("upernet-vit-comer-tiny", "--depth", "3").succeeded().out();
    assertTrue(deep.lines().anyMatch(l -> l.matches(" {4}11 +445,248 +\\S+")), deep);
    assertTrue(deep.lines().allMatch(l -> l.length() <= 80), deep);
  }

  @Test
  void theSizeIsHeightByWidth() throws IOException {
    JsonNode json = json(inspect("upernet-vit-comer-tiny", "--json", "--size", "64x128"));
    assertEquals("[64,128]", json.get("size").toString());
    inspect("upernet-vit-comer-tiny", "--size", "100x128")
        .failed(Main.USAGE, "--size 100x128: ", "multiples of 32");
    inspect("upernet-vit-comer-tiny", "--size", "big")
        .failed(Main.USAGE, "'big' is not a size; expected HEIGHTxWIDTH");
  }

  @Test
  void aCheckpointOfTheModelMatchesWithReasonsForIgnoredKeys() throws IOException {
    Object[] options = {"--depth", 1, "--weights", checkpoint("camvid-upernet")};
    String text = inspect("reference/camvid-upernet", options).succeeded().out();
    assertTrue(text.contains("0 are missing"), text);
    assertTrue(text.contains("a head that is used in training only"), text);
    Object[] asJson = {"--json", "--weights", checkpoint("camvid-upernet")};
    JsonNode weights = json(inspect("reference/camvid-upernet", asJson)).get("weights");
    assertTrue(weights.get("complete").asBoolean());
    assertTrue(weights.get("unused").has("auxiliary_head.conv_seg.weight"), weights.toString());
  }

  @Test
  void aCheckpointOfAnotherModelIsComparedAndFails() throws IOException {
    CommandLineRun run =
        inspect("reference/camvid-upernet", "--json", "--weights", checkpoint("coco-maskrcnn"));
    run.failed(Main.FAILED, "does not fit the model", "are missing", "unexpected");
    JsonNode weights = json(run).get("weights");
    assertFalse(weights.get("complete").asBoolean());
    assertTrue(weights.get("missing").toString().contains("decode_head.conv_seg.weight"));
    assertTrue(weights.get("unexpected").toString().contains("rpn_head.rpn_conv.weight"));
    assertEquals(
        "{\"name\":\"backbone.patch_embed.proj.bias\",\"wanted\":[128],\"found\":[112],"
            + "\"type\":\"float32\"}",
        find(weights.get("mismatched"), "backbone.patch_embed.proj.bias").toString());
  }

  private static JsonNode find(JsonNode list, String name) {
    for (JsonNode item : list) {
      if (item.get("name").asText().equals(name)) {
        return item;
      }
    }
    throw new AssertionError("no " + name + " in " + list);
  }

  @Test
  void anInvalidConfigIsAUsageError() {
    CommandLineRun.of("inspect", "no-such-config").failed(Main.USAGE, "no-such-config");
    inspect("upernet-vit-comer-tiny", "--set", "head.clases=3")
        .failed(Main.USAGE, "head.clases", "did you mean");
    inspect("upernet-vit-comer-tiny", "--weights", "none.pth").failed(Main.FAILED, "none.pth");
  }
}
