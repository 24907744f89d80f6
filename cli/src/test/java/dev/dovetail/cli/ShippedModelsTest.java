package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dovetail.Dovetail;
import dev.dovetail.DovetailModel;
import dev.dovetail.EvaluationOptions;
import dev.dovetail.core.DType;
import dev.dovetail.formats.Size;
import dev.dovetail.models.BuiltInModel;
import dev.dovetail.models.LoadedModel;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.sample.SampleOptions;
import dev.dovetail.sample.SampleSet;
import dev.dovetail.testing.SharedFolder;
import dev.dovetail.weights.tensors.StoredTensor;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The models that are shipped with Dovetail. Tests that need their weights are skipped without
 * them.
 */
class ShippedModelsTest {

  private static final long MOST_BYTES = 10_000_000;

  @TempDir private Path folder;

  static Stream<BuiltInModel> models() throws IOException {
    return BuiltInModel.all().stream();
  }

  /** Returns the weights' file, or skips the test. */
  private static Path weights(BuiltInModel model) throws IOException {
    if (model.weights().isEmpty()) {
      System.err.println("ShippedModelsTest skipped: there are no weights of " + model.name());
      Assumptions.abort("no weights of " + model.name());
    }
    return model.weightsFile().orElseThrow();
  }

  @Test
  void theyAreThoseOfTheDemo() throws IOException {
    assertEquals(
        List.of("sample-mask-rcnn", "sample-upernet"), models().map(BuiltInModel::name).toList());
  }

  @ParameterizedTest
  @MethodSource("models")
  void theConfigIsThatInConfigs(BuiltInModel model) throws IOException {
    Path file = SharedFolder.projectRoot().resolve("configs").resolve(model.name() + ".json");
    try (InputStream in = model.config().toURL().openStream()) {
      assertEquals(Files.readString(file), new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void theWeightsMatchTheConfigAndAreInHalfPrecision(BuiltInModel model) throws IOException {
    Path weights = weights(model);
    ModelConfig config = ModelConfig.of(model.read(), model.name(), List.of(), PartRegistry.load());
    try (LoadedModel loaded = LoadedModel.open(config.model(), weights, false)) {
      for (StoredTensor tensor : loaded.checkpoint().tensors().values()) {
        assertEquals(DType.FLOAT16, tensor.type(), tensor.name());
      }
    }
  }

  @Test
  void togetherTheyAreSmall() throws IOException {
    long bytes = 0;
    for (BuiltInModel model : models().toList()) {
      bytes += Files.size(weights(model));
    }
    assertTrue(bytes <= MOST_BYTES, bytes + " bytes");
  }

  @ParameterizedTest
  @MethodSource("models")
  void theTrainingLogIsNextToTheWeights(BuiltInModel model) throws IOException {
    weights(model);
    String config = model.config().toString();
    String log = config.substring(0, config.length() - "json".length()) + "log.jsonl";
    List<JsonNode> lines = new ArrayList<>();
    try (InputStream in = URI.create(log).toURL().openStream()) {
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        lines.add(new ObjectMapper().readTree(line));
      }
    }
    assertTrue(lines.size() > 10 && lines.get(0).isObject(), log);
  }

  /** Far above the results of untrained weights or another preprocessing, which are about 0. */
  @ParameterizedTest
  @MethodSource("models")
  void theyGeneralizeToUnseenImages(BuiltInModel model) throws IOException {
    weights(model);
    SampleSet.draw(folder.resolve("set"), new SampleOptions(1, 8, new Size(240, 320), 99));
    try (DovetailModel opened = Dovetail.model(model.name()).open()) {
      boolean pixels = opened.task().equals("semantic");
      Path annotations = folder.resolve("set/annotations");
      double value =
          opened
              .evaluate(
                  EvaluationOptions.of(
                      folder.resolve("set/images/val"),
                      annotations.resolve(pixels ? "val" : "instances_val.json")))
              .value(pixels ? "mIoU" : "bbox.AP50");
      assertTrue(value > 0.2, model.name() + " has " + value);
    }
  }
}
