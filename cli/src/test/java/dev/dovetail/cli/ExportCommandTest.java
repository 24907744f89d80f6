package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.TensorData;
import dev.dovetail.internal.ExportCheck;
import dev.dovetail.models.LoadedModel;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.ModelGraph;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.runtime.Plan;
import dev.dovetail.runtime.Settings;
import dev.dovetail.testing.SharedFolder;
import dev.dovetail.weights.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class ExportCommandTest {

  private static final String SEGMENTER = "camvid-upernet";
  private static final String DETECTOR = "coco-maskrcnn";

  @TempDir Path folder;
  private Path out;

  @BeforeEach
  void name() {
    out = folder.resolve("model.onnx");
  }

  private static Path config(String model) {
    return SharedFolder.projectRoot().resolve("configs/reference/" + model + ".json");
  }

  private static Path shared(String model, String file) {
    return SharedFolder.require("models/reference/" + model).resolve(file);
  }

  private CommandLineRun export(String model, String size, Object... more) {
    List<Object> args = new ArrayList<>();
    args.addAll(List.of("export", config(model), "--out", out, "--size", size));
    args.addAll(List.of("--weights", shared(model, "checkpoint.pth")));
    args.addAll(Arrays.asList(more));
    return CommandLineRun.of(args.toArray());
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  private static Map<String, String> metadata(ModelProto model) {
    Map<String, String> facts = new TreeMap<>();
    for (StringStringEntryProto entry : model.getMetadataPropsList()) {
      facts.put(entry.getKey(), entry.getValue());
    }
    return facts;
  }

  @Test
  void aPortableFileContainsItsWeightsItsOriginAndOnlyStandardOperators() throws IOException {
    String text = export(SEGMENTER, "64x96", "--portable").succeeded().out();
    assertTrue(text.contains("wrote " + out), text);
    assertTrue(text.lines().anyMatch(l -> l.startsWith("label_map  uint8[1, 128, 192]")), text);
    assertEquals(List.of("model.onnx"), files());
    ModelProto model = ModelProto.parseFrom(Files.readAllBytes(out));
    assertEquals(
        List.of(""),
        model.getOpsetImportList().stream().map(OperatorSetIdProto::getDomain).toList());
    assertTrue(model.getGraph().getNodeList().stream().allMatch(n -> n.getDomain().isEmpty()));
    assertTrue(
        model.getGraph().getInitializerList().stream()
            .noneMatch(t -> t.getDataLocation() == TensorProto.DataLocation.EXTERNAL));
    Map<String, String> facts = metadata(model);
    ObjectMapper mapper = new ObjectMapper();
    assertEquals(11, mapper.readTree(facts.get("classes")).size());
    assertEquals(352, mapper.readTree(facts.get("preprocess")).get("scale").get(1).asInt());
    assertEquals(dev.dovetail.internal.Version.dovetail(), facts.get("dovetail_version"));
    assertEquals("semantic", facts.get("task"));
    assertEquals(64, facts.get("config_sha256").length());
    assertEquals(64, facts.get("checkpoint_sha256").length());
  }

  @Test
  void aRawFileHasTheNumbersOfTheReference() throws IOException {
    export(SEGMENTER, "352x480", "--raw", "--portable").succeeded();
    try (Checkpoint sample = Checkpoint.open(shared(SEGMENTER, "sample.safetensors"));
        Plan plan = Plan.open(out, Settings.cpu())) {
      float[] image = sample.tensors().get("input").floats();
      Map<String, TensorData> found =
          plan.run(Map.of("pixel_values", TensorData.of(image, 1, 3, 352, 480)));
      float[] logits = sample.tensors().get("whole.logits_stride4").floats();
      assertArrayEquals(logits, found.get("logits").floats(), 1e-4f);
    }
  }

  @Test
  void externalWeightsCanBeMovedWithTheFile() throws IOException {
    export(DETECTOR, "64x96", "--external", "--batch", 2).succeeded();
    assertEquals(List.of("model.onnx", "model.onnx.data"), files());
    assertTrue(Files.size(out) < 2_000_000, Files.size(out) + " bytes without weights");
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Path moved = Files.move(out, elsewhere.resolve("model.onnx"));
    Files.move(folder.resolve("model.onnx.data"), elsewhere.resolve("model.onnx.data"));
    try (LoadedModel model = load(DETECTOR)) {
      ExportCheck check = check(model, moved);
      assertTrue(check.passed(), check.table());
      assertTrue(check.table().contains("boxes       float32[2, "), check.table());
    }
  }

  private static LoadedModel load(String model) throws IOException {
    ModelConfig config = ModelConfig.read(config(model), List.of(), PartRegistry.load());
    return LoadedModel.open(config.model(), shared(model, "checkpoint.pth"), false);
  }

  private static ExportCheck check(LoadedModel model, Path file) throws IOException {
    Graph graph = ModelGraph.whole(model.model(), 2, new Size(64, 96));
    return ExportCheck.of(file, graph, Set.of(), model.weights(), Settings.cpu());
  }

  @Test
  void aWrongWeightInTheFileIsDetected() throws IOException {
    export(DETECTOR, "64x96", "--external", "--batch", 2).succeeded();
    Path data = folder.resolve("model.onnx.data");
    byte[] bytes = Files.readAllBytes(data);
    Arrays.fill(bytes, bytes.length / 2, bytes.length / 2 + 40_000, (byte) 0);
    Files.write(data, bytes);
    try (LoadedModel model = load(DETECTOR)) {
      assertFalse(check(model, out).passed());
    }
  }

  @Test
  void halfPrecisionReducesTheFileSize() throws IOException {
    export(SEGMENTER, "64x96", "--raw").succeeded();
    long full = Files.size(out);
    JsonNode json =
        new ObjectMapper()
            .readTree(
                export(SEGMENTER, "64x96", "--raw", "--precision", "fp16", "--json")
                    .succeeded()
                    .out());
    long half = json.get("files").get(out.toString()).asLong();
    assertEquals(half, Files.size(out));
    assertTrue(half < 0.8 * full, half + " of " + full + " bytes");
    assertEquals(
        List.of("f1", "f2", "f3", "f4", "logits"),
        new ArrayList<>(new ObjectMapper().convertValue(json.get("outputs"), Map.class).keySet()));
  }

  @Test
  void aFailedExportLeavesNoFiles() throws IOException {
    export(SEGMENTER, "100x96").failed(Main.USAGE, "--size 100x96: ", "multiples of 32");
    export(SEGMENTER, "64x96", "--batch", 0).failed(Main.USAGE, "--batch 0");
    CommandLineRun.of(
            "export",
            config(SEGMENTER),
            "--weights",
            shared(DETECTOR, "checkpoint.pth"),
            "--size",
            "64x96",
            "--out",
            out)
        .failed(Main.FAILED, "does not fit the model");
    assertEquals(List.of(), files());
    out = folder.resolve("none/model.onnx");
    export(SEGMENTER, "64x96").failed(Main.USAGE, "no such directory");
  }
}
