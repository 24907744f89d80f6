package dev.dovetail.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.weights.formats.Safetensors;
import dev.dovetail.weights.layouts.Layout;
import dev.dovetail.weights.tensors.ArrayTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InnerModelTest {

  private static final List<String> MODEL = List.of("a.w", "a.b", "c.w", "c.b");

  @TempDir Path folder;

  private final List<ArrayTensor> tensors = new ArrayList<>();

  private InnerModelTest model(String prefix) {
    MODEL.forEach(name -> tensors.add(ArrayTensor.of(prefix + name, new float[2], 2)));
    return this;
  }

  private Checkpoint open(Map<String, String> meta) throws IOException {
    Path file = folder.resolve("w.safetensors");
    Safetensors.write(file, tensors, meta);
    return Checkpoint.open(file);
  }

  private static InnerModel at(String prefix, Checkpoint checkpoint) {
    return InnerModel.candidates(checkpoint).stream()
        .filter(c -> c.prefix().equals(prefix))
        .findFirst()
        .orElseThrow();
  }

  private static Layout.Applied apply(InnerModel inner, Checkpoint checkpoint) throws IOException {
    return new Layout("", inner.rules()).apply(checkpoint.tensors());
  }

  @Test
  void aModelInAnAttributeGetsItsOwnNames() throws IOException {
    Checkpoint checkpoint = model("task.model.").open(Map.of());
    InnerModel inner = at("task.model", checkpoint);
    assertEquals(List.copyOf(MODEL), List.copyOf(apply(inner, checkpoint).tensors().keySet()));
    assertEquals(4, inner.size(checkpoint));
    assertEquals("", InnerModel.candidates(checkpoint).get(0).prefix());
  }

  @Test
  void anotherSetOfTheSameWeightsIsReportedAndIgnored() throws IOException {
    Checkpoint checkpoint = model("ema_model.module.").model("model.").open(Map.of());
    List<String> prefixes =
        InnerModel.candidates(checkpoint).stream().map(InnerModel::prefix).toList();
    assertTrue(prefixes.indexOf("model") < prefixes.indexOf("ema_model.module"), "" + prefixes);
    InnerModel inner = at("model", checkpoint);
    assertEquals(List.of("ema_model.module"), inner.others());
    Layout.Applied applied = apply(inner, checkpoint);
    assertEquals(Set.copyOf(MODEL), applied.tensors().keySet());
    assertEquals(4, applied.dropped().size());
  }

  @Test
  void aSetNextToTheModulesOwnNamesIsAnotherSet() throws IOException {
    Checkpoint checkpoint = model("").model("ema.").open(Map.of());
    InnerModel whole = at("", checkpoint);
    assertEquals(List.of("ema"), whole.others());
    assertEquals(4, whole.size(checkpoint));
    assertTrue(InnerModel.candidates(checkpoint).stream().noneMatch(c -> c.prefix().equals("ema")));
  }

  @Test
  void scalarsNextToAModelAreIgnoredAndOtherTensorsOnlyInALightningModule() throws IOException {
    tensors.add(ArrayTensor.of("decay", new float[1], 1));
    tensors.add(ArrayTensor.of("loss.weight", new float[2], 2));
    Checkpoint plain = model("model.").open(Map.of());
    Layout.Applied applied = apply(at("model", plain), plain);
    assertEquals(Set.of("decay"), applied.dropped().keySet());
    assertTrue(applied.tensors().containsKey("loss.weight"));
    Checkpoint lightning = open(Map.of("pytorch-lightning_version", "2.1.0"));
    applied = apply(at("model", lightning), lightning);
    assertEquals(Set.of("decay", "loss.weight"), applied.dropped().keySet());
    assertFalse(applied.tensors().containsKey("loss.weight"));
  }
}
