package dev.dovetail.train.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.TensorData;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.train.engine.FloatType;
import dev.dovetail.train.engine.Parameters;
import dev.dovetail.train.engine.Tensors;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.formats.Safetensors;
import dev.dovetail.weights.tensors.ArrayTensor;
import dev.dovetail.weights.tensors.TensorSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training starts with the parameters of a checkpoint and reports missing ones. */
class InitialWeightsTest {

  private static final String BACKBONE =
      "{'backbone':{'type':'vit','width':16,'depth':4,'heads':2,'windows':[0],'pretrainSize':64},"
          + "'adapter':{'type':'vit-comer','flavour':'detection','stemChannels':8,"
          + "'deformHeads':2,'interactionIndexes':[[0,0],[1,1],[2,2],[3,3]]},";

  static final String DETECTOR =
      BACKBONE
          + "'neck':{'type':'fpn','channels':8},'head':{'type':'mask-rcnn','classes':%d,"
          + "'proposals':{'channels':8},'boxes':{'channels':16},'masks':{'channels':8}}}";

  private static final String MASK2FORMER =
      BACKBONE.replace("detection", "segmentation")
          + "'task':'panoptic','head':{'type':'mask2former','classes':%d,'heads':4,'queries':12,"
          + "'layers':2,'hidden':32,'pixels':{'channels':16,'heads':4,'points':2,'layers':1,"
          + "'hidden':32,'groups':4}},'test':{'stuff':[0]}}";

  private static final String CLASSIFIER =
      "{'backbone':{'type':'vit','width':16,'depth':4,'heads':2,'windows':[0],'pretrainSize':64,"
          + "'layerScale':false,'embedding':{'classToken':true,'leading':1},"
          + "'head':{'pool':'class','norm':'tokens'}},"
          + "'head':{'type':'classifier','classes':%d}}";

  @TempDir Path folder;

  /** Writes the initial weights of a model like a training run. */
  private Path weights(ModelConfig config, DType type) throws IOException {
    Path file = folder.resolve("pretrained.safetensors");
    try (Parameters p = Parameters.initial(TinyTraining.graph(config), FloatType.FLOAT32, 11)) {
      new WeightsFile(p, Optional.empty()).write(file, type, Map.of());
    }
    return file;
  }

  /** Writes a file again with modified tensors. */
  private Path changed(Path file, UnaryOperator<TensorSource> change) throws IOException {
    Path other = folder.resolve("changed.safetensors");
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      List<TensorSource> tensors = new ArrayList<>();
      for (TensorSource tensor : checkpoint.tensors().values()) {
        TensorSource now = change.apply(tensor);
        if (now != null) {
          tensors.add(now);
        }
      }
      Safetensors.write(other, tensors, Map.of());
    }
    return other;
  }

  /**
   * Verifies that reinitialized parameters are as without a checkpoint and all others are as in the
   * file, and returns the names of the former.
   */
  private static Set<String> reinitialized(
      ModelConfig config, Path file, UnaryOperator<String> inFile, List<String> notes)
      throws IOException {
    Graph graph = TinyTraining.graph(config);
    Set<String> reinitialized = new TreeSet<>();
    try (Parameters initial = Parameters.initial(graph, FloatType.FLOAT32, 5);
        Parameters read = Parameters.initial(graph, FloatType.FLOAT32, 5);
        Checkpoint checkpoint = Checkpoint.open(file)) {
      notes.addAll(InitialWeights.read(config, graph, read, file, Optional.empty()));
      for (String name : read.names()) {
        TensorData value = Tensors.data(read.value(name));
        if (!value.type().dtype().isFloat()) {
          continue;
        }
        TensorSource there = checkpoint.tensors().get(inFile.apply(name));
        List<Long> shape = read.parameter(name).spec().shape();
        if (there == null || !there.shape().equals(shape)) {
          reinitialized.add(name);
          assertArrayEquals(Tensors.data(initial.value(name)).floats(), value.floats(), name);
        } else {
          assertArrayEquals(there.floats(), value.floats(), name);
        }
      }
    }
    return reinitialized;
  }

  @Test
  void allParametersOfTheSameModelAreLoaded() throws IOException {
    ModelConfig config = TinyTraining.segmenter(3);
    for (DType type : new DType[] {DType.FLOAT32, DType.FLOAT16}) {
      Path file = weights(config, type);
      List<String> notes = new ArrayList<>();
      assertEquals(Set.of(), reinitialized(config, file, n -> n, notes));
      assertEquals(1, notes.size(), notes.toString());
      assertTrue(notes.get(0).matches(".*: (\\d+) of \\1 parameters were loaded"), notes.get(0));
    }
  }

  private void assertOtherClasses(String json, String... layers) throws IOException {
    Path file = weights(TinyTraining.config(json, 5), DType.FLOAT32);
    List<String> notes = new ArrayList<>();
    assertEquals(
        new TreeSet<>(List.of(layers)),
        reinitialized(TinyTraining.config(json, 3), file, n -> n, notes));
    assertEquals(1 + layers.length, notes.size(), notes.toString());
    for (String layer : layers) {
      assertTrue(
          notes.stream()
              .anyMatch(
                  n ->
                      n.startsWith("'" + layer + "' was reinitialized: its shape is [")
                          && n.contains("in the file, for 5 classes, and [")
                          && n.endsWith("in the model, for 3")),
          () -> layer + " in " + notes);
    }
  }

  @Test
  void classificationLayersOfASegmenterAreReinitializedForOtherClasses() throws IOException {
    Path file = weights(TinyTraining.segmenter(5), DType.FLOAT32);
    List<String> notes = new ArrayList<>();
    assertEquals(
        Set.of(
            "auxiliary_head.conv_seg.bias",
            "auxiliary_head.conv_seg.weight",
            "decode_head.conv_seg.bias",
            "decode_head.conv_seg.weight"),
        reinitialized(TinyTraining.segmenter(3), file, n -> n, notes));
    assertTrue(
        notes.contains(
            "'decode_head.conv_seg.weight' was reinitialized: its shape is [5, 8, 1, 1] in the file,"
                + " for 5 classes, and [3, 8, 1, 1] in the model, for 3"),
        notes.toString());
  }

  @Test
  void classificationLayersOfADetectorAreReinitializedForOtherClasses() throws IOException {
    assertOtherClasses(
        DETECTOR,
        "roi_head.bbox_head.fc_cls.bias",
        "roi_head.bbox_head.fc_cls.weight",
        "roi_head.bbox_head.fc_reg.bias",
        "roi_head.bbox_head.fc_reg.weight",
        "roi_head.mask_head.conv_logits.bias",
        "roi_head.mask_head.conv_logits.weight");
  }

  @Test
  void classificationLayersOfAClassifierAreReinitializedForOtherClasses() throws IOException {
    assertOtherClasses(CLASSIFIER, "head.bias", "head.weight");
  }

  @Test
  void classificationLayersOfASetPredictorAreReinitializedForOtherClasses() throws IOException {
    assertOtherClasses(MASK2FORMER, "decode_head.cls_embed.bias", "decode_head.cls_embed.weight");
  }

  @Test
  void aBackboneIsLoadedIntoADetector() throws IOException {
    Path whole = weights(TinyTraining.config(CLASSIFIER, 1000), DType.FLOAT32);
    ModelConfig config = TinyTraining.segmenter(3);
    Path file = changed(whole, t -> t.name().startsWith("norm.") ? null : t);
    List<String> notes = new ArrayList<>();
    Set<String> reinitialized =
        reinitialized(config, file, n -> n.replaceFirst("^backbone\\.", ""), notes);
    assertTrue(reinitialized.contains("backbone.level_embed"), reinitialized.toString());
    assertTrue(reinitialized.stream().noneMatch(n -> n.startsWith("backbone.blocks.0.attn")));
    String all = String.join("\n", notes);
    assertSays(
        all,
        "initialized, because the file lacks them: auxiliary_head (7), ",
        ", backbone.blocks.*.gamma1 (4), backbone.blocks.*.gamma2 (4), ",
        ", decode_head (62)",
        "ignored, because the model lacks them: backbone.cls_token, backbone.head (2)");
  }

  private String refusal(ModelConfig config, Path file) throws IOException {
    Graph graph = TinyTraining.graph(config);
    try (Parameters parameters = Parameters.initial(graph, FloatType.FLOAT32, 5)) {
      Map<String, TensorData> before = parameters.copy();
      String message =
          assertThrows(
                  IOException.class,
                  () -> InitialWeights.read(config, graph, parameters, file, Optional.empty()))
              .getMessage();
      before.forEach(
          (name, data) ->
              assertEquals(data.bytes(), Tensors.data(parameters.value(name)).bytes(), name));
      return message;
    }
  }

  private static void assertSays(String message, String... parts) {
    for (String part : parts) {
      assertTrue(message.contains(part), () -> "'" + part + "' in: " + message);
    }
  }

  @Test
  void anotherWidthIsRejectedAndListed() throws IOException {
    Path file = weights(TinyTraining.segmenter(3), DType.FLOAT32);
    ModelConfig wide =
        TinyTraining.config(
            TinyTraining.SEGMENTER.replace("'width':16", "'width':32"), TinyTraining.CLASSES);
    String message = refusal(wide, file);
    assertFalse(message.contains("pretrainSize"), message);
    assertSays(
        message,
        "have a different shape",
        "backbone.patch_embed.proj.bias is float32 [16], expected floating point [32]");
  }

  @Test
  void positionEmbeddingsOfAnotherGridAreRejectedWithTheirConfigKey() throws IOException {
    Path file = weights(TinyTraining.segmenter(3), DType.FLOAT32);
    ModelConfig other =
        TinyTraining.config(
            TinyTraining.SEGMENTER.replace("'pretrainSize':64", "'pretrainSize':224"), 3);
    assertSays(refusal(other, file), "backbone.pos_embed", "set backbone.pretrainSize");
  }

  @Test
  void layersThatDisagreeOnTheNumberOfClassesAreRejected() throws IOException {
    Path file =
        changed(
            weights(TinyTraining.segmenter(5), DType.FLOAT32),
            t ->
                t.name().equals("decode_head.conv_seg.bias")
                    ? ArrayTensor.of(t.name(), new float[7], 7)
                    : t);
    assertSays(
        refusal(TinyTraining.segmenter(3), file),
        "decode_head.conv_seg.bias is float32 [7], expected floating point [3]",
        "decode_head.conv_seg.weight is float32 [5, 8, 1, 1]");
  }

  @Test
  void nonFiniteValuesAreRejected() throws IOException {
    Path file =
        changed(
            weights(TinyTraining.segmenter(3), DType.FLOAT32),
            t ->
                t.name().equals("decode_head.conv_seg.bias")
                    ? ArrayTensor.of(t.name(), new float[] {0, Float.NaN, 0}, 3)
                    : t);
    assertSays(
        refusal(TinyTraining.segmenter(3), file),
        "'decode_head.conv_seg.bias' [3] contains",
        "1 NaN");
  }

  @Test
  void aCheckpointOfADifferentModelIsRejected() throws IOException {
    Path file = folder.resolve("other.safetensors");
    Safetensors.write(file, List.of(ArrayTensor.of("x", new float[3], 3)), Map.of());
    assertSays(refusal(TinyTraining.segmenter(3), file), "No parameters match");
  }
}
