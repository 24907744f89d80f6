package dev.dovetail.models.layouts;

import static dev.dovetail.models.layouts.LayoutRoundTrip.rename;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.Size;
import dev.dovetail.graph.Parameter;
import dev.dovetail.models.CheckpointMatch;
import dev.dovetail.models.Model;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.ModelGraph;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.testing.SharedFolder;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.LoadReport;
import dev.dovetail.weights.formats.Safetensors;
import dev.dovetail.weights.layouts.Rule;
import dev.dovetail.weights.tensors.ArrayTensor;
import dev.dovetail.weights.tensors.TensorSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Checkpoints of cascades in the layouts of mmdetection and projects based on it: heads have
 * mmdetection's names, backbones those of their publishers.
 */
class CascadeLayoutsTest {

  private static final List<String> NARROW_HEADS =
      List.of(
          "neck.channels=32",
          "head.proposals.channels=32",
          "head.boxes.channels=8",
          "head.masks.channels=8");
  private static final String NARROW_CONVS = "head.boxes.convs.channels=8";
  private static final List<String> NARROW_VIT =
      List.of(
          NARROW_CONVS,
          "backbone.width=24",
          "backbone.heads=2",
          "adapter.deformHeads=2",
          "adapter.stemChannels=4");
  private static final List<String> NARROW_SWIN =
      List.of(
          NARROW_CONVS,
          "backbone.width=8",
          "backbone.depths=[2,2,2,2]",
          "backbone.heads=[1,2,4,8]");
  private static final List<String> NARROW_RESNET =
      List.of("backbone.stemWidth=4", "backbone.widths=[8,12,16,20]", "backbone.depths=[1,1,1,1]");

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "cascade-mask-rcnn-vit-adapter-small, cascade-mask-rcnn-4conv1fc",
    "cascade-mask-rcnn-swin-tiny, cascade-mask-rcnn-4conv1fc",
    "cascade-mask-rcnn-resnet50, cascade-mask-rcnn-2fc"
  })
  void headsHaveTheKeysOfPublishedCheckpoints(String config, String list) throws IOException {
    Model<?, ?> model = model(config, List.of());
    assertEquals(published(list), ofHeads(model));
  }

  @Test
  void withoutMasksTheirKeysAreAbsent() throws IOException {
    Map<String, String> expected = published("cascade-mask-rcnn-2fc");
    expected.keySet().removeIf(name -> name.startsWith("roi_head.mask_head."));
    assertEquals(expected, ofHeads(model("cascade-rcnn-resnet50", List.of())));
  }

  @ParameterizedTest
  @ValueSource(strings = {"small", "base"})
  void checkpointsOfViTAdapterAreReadBack(String size) throws IOException {
    readBack(model("cascade-mask-rcnn-vit-adapter-" + size, NARROW_VIT), List.of());
  }

  @ParameterizedTest
  @ValueSource(strings = {"cascade-mask-rcnn-resnet50", "cascade-rcnn-resnet50"})
  void checkpointsOfMmdetectionAreReadBack(String config) throws IOException {
    readBack(model(config, NARROW_RESNET), List.of());
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny", "small", "base"})
  void checkpointsOfSwinsDetectorsAreReadBack(String size) throws IOException {
    List<Rule> authors = new ArrayList<>();
    for (int i = 1; i < 4; i++) {
      authors.add(
          rename(
              "backbone\\.layers\\." + i + "\\.(downsample.*)",
              "backbone.layers." + (i - 1) + ".$1"));
    }
    readBack(model("cascade-mask-rcnn-swin-" + size, NARROW_SWIN), authors);
  }

  @Test
  void checkpointsOfSwinInMmdetectionAreRecognized() throws IOException {
    Model<?, ?> model = model("cascade-mask-rcnn-swin-tiny", NARROW_SWIN);
    List<TensorSource> tensors = new ArrayList<>();
    for (Parameter p : parameters(model)) {
      long[] shape = Arrays.stream(p.shape().dims()).asLongStream().toArray();
      float[] values = new float[(int) p.shape().elements()];
      tensors.add(ArrayTensor.of(ofMmdetection(p.name()), values, shape));
    }
    for (int i = 0; i < 3; i++) {
      String norm = "roi_head.bbox_head." + i + ".shared_convs.0.bn.num_batches_tracked";
      tensors.add(ArrayTensor.of(norm, new float[1]));
    }
    Path file = folder.resolve("model.safetensors");
    Safetensors.write(file, tensors, Map.of());
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      assertEquals(
          "mmdet-swin",
          LayoutRoundTrip.recognise(checkpoint.tensors().keySet()).orElseThrow().known().name());
      LoadReport report = CheckpointMatch.of(model, checkpoint).report();
      assertTrue(report.complete(), report.describe());
    }
  }

  private void readBack(Model<?, ?> model, List<Rule> authors) throws IOException {
    new ModelRoundTrip(folder, model).assertReadBack(authors);
  }

  private static Model<?, ?> model(String config, List<String> narrow) throws IOException {
    Path file = SharedFolder.projectRoot().resolve("configs").resolve(config + ".json");
    List<String> overrides = new ArrayList<>(narrow);
    if (!narrow.isEmpty()) {
      NARROW_HEADS.stream()
          .filter(o -> config.contains("mask") || !o.contains("masks"))
          .forEach(overrides::add);
    }
    return ModelConfig.read(file, overrides, PartRegistry.load()).model();
  }

  private static List<Parameter> parameters(Model<?, ?> model) {
    return ModelGraph.bare(model, 1, new Size(64, 64)).parameters();
  }

  private static Map<String, String> ofHeads(Model<?, ?> model) {
    Map<String, String> declared = new TreeMap<>();
    for (Parameter p : parameters(model)) {
      if (p.name().matches("(rpn|roi)_head\\..*")) {
        declared.put(
            p.name(),
            IntStream.of(p.shape().dims())
                .mapToObj(Integer::toString)
                .collect(Collectors.joining("x")));
      }
    }
    return declared;
  }

  /** Returns names and shapes without counters of training steps. */
  private static Map<String, String> published(String list) throws IOException {
    Map<String, String> keys = new TreeMap<>();
    try (InputStream in = CascadeLayoutsTest.class.getResourceAsStream(list + ".tsv")) {
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(line -> line.split("\t", -1))
          .filter(line -> !line[0].endsWith(".num_batches_tracked"))
          .forEach(line -> keys.put(line[0], line[1]));
    }
    return keys;
  }

  private static String ofMmdetection(String name) {
    if (!name.startsWith("backbone.")) {
      return name;
    }
    String theirs =
        name.replace("patch_embed.proj.", "patch_embed.projection.")
            .replace(".layers.", ".stages.")
            .replace(".attn.", ".attn.w_msa.")
            .replace(".mlp.fc1.", ".ffn.layers.0.0.")
            .replace(".mlp.fc2.", ".ffn.layers.1.");
    for (int i = 1; i < 4; i++) {
      theirs = theirs.replace("stages." + i + ".downsample", "stages." + (i - 1) + ".downsample");
    }
    return theirs;
  }
}
