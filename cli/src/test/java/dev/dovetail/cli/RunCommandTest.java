package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dovetail.testing.SharedFolder;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.formats.Safetensors;
import dev.dovetail.weights.tensors.ArrayTensor;
import dev.dovetail.weights.tensors.StoredTensor;
import dev.dovetail.weights.tensors.TensorSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code run} on the stored samples of the reference models. */
class RunCommandTest {

  /** Float32 noise is 5e-6 of a map's maximum, an error is 1e-4 (README of the fixtures). */
  private static final double MAPS = 2e-5;

  private static final String SEGMENTER = "camvid-upernet";
  private static final String DETECTOR = "coco-maskrcnn";

  @TempDir Path folder;

  private static Path model(String name, String file) {
    return SharedFolder.require("models/reference/" + name).resolve(file);
  }

  private CommandLineRun run(String model, Path inputs, Object... more) {
    List<Object> args =
        new ArrayList<>(
            List.of(
                "run",
                SharedFolder.projectRoot().resolve("configs/reference/" + model + ".json"),
                "--weights",
                model(model, "checkpoint.pth"),
                "--inputs",
                inputs,
                "--outputs",
                folder.resolve("out.safetensors")));
    args.addAll(Arrays.asList(more));
    return CommandLineRun.of(args.toArray());
  }

  /**
   * The sample of a model, with the input under the name that {@code run} expects, and additional
   * tensors.
   */
  private Path inputs(String model, TensorSource... more) throws IOException {
    Path file = folder.resolve("in.safetensors");
    try (Checkpoint sample = Checkpoint.open(model(model, "sample.safetensors"))) {
      List<TensorSource> tensors = new ArrayList<>(List.of(more));
      sample.tensors().values().stream()
          .filter(t -> tensors.stream().noneMatch(o -> o.name().equals(t.name())))
          .map(t -> t.name().equals("input") ? t.named("image") : t)
          .forEach(tensors::add);
      Safetensors.write(file, tensors, Map.of());
    }
    return file;
  }

  private static void assertClose(
      StoredTensor expected, TensorSource found, double limit, String name) throws IOException {
    float[] e = expected.floats();
    float[] f = found.floats();
    double worst = 0;
    double largest = 0;
    for (int i = 0; i < e.length; i++) {
      worst = Math.max(worst, Math.abs(e[i] - f[i]));
      largest = Math.max(largest, Math.abs(e[i]));
    }
    double allowed = limit * Math.max(largest, 1);
    System.out.printf("%s: largest difference %.2g of %.3g%n", name, worst, largest);
    assertTrue(worst <= allowed, name + " differs by " + worst + ", allowed is " + allowed);
  }

  @Test
  void mapsAndLogitsOfTheSegmenterEqualTheReference() throws IOException {
    CommandLineRun run = run(SEGMENTER, inputs(SEGMENTER)).succeeded();
    assertTrue(
        run.err().contains("ignored tensors that are not inputs of this model: "), run.err());
    try (Checkpoint out = Checkpoint.open(folder.resolve("out.safetensors"));
        Checkpoint expected = Checkpoint.open(model(SEGMENTER, "sample.safetensors"))) {
      assertEquals(
          List.of("f1", "f2", "f3", "f4", "logits"),
          out.tensors().keySet().stream().sorted().toList());
      for (String name : List.of("f2", "f3", "f4")) {
        assertClose(expected.tensors().get(name), out.tensors().get(name), MAPS, name);
      }
      assertClose(
          expected.tensors().get("whole.logits_stride4"),
          out.tensors().get("logits"),
          MAPS,
          "logits");
      assertEquals(dev.dovetail.internal.Version.dovetail(), out.meta().get("dovetail.version"));
    }
  }

  @Test
  void objectsOfTheDetectorEqualTheReferenceRowByRow() throws IOException {
    run(DETECTOR, inputs(DETECTOR, imageShape()), "--tap", "neck.p2", "--tap", "rpn_head.cls1")
        .succeeded();
    try (Checkpoint out = Checkpoint.open(folder.resolve("out.safetensors"));
        Checkpoint expected = Checkpoint.open(model(DETECTOR, "sample.safetensors"))) {
      Map<String, StoredTensor> e = expected.tensors();
      Map<String, StoredTensor> f = out.tensors();
      assertFalse(f.containsKey("count"));
      for (String name : List.of("boxes", "scores", "labels", "mask_probs")) {
        assertEquals(e.get(name).shape(), f.get(name).shape(), name);
      }
      assertArrayEquals(e.get("labels").longs(), f.get("labels").longs());
      assertArrayEquals(e.get("boxes").floats(), f.get("boxes").floats(), 1e-2f);
      assertArrayEquals(e.get("scores").floats(), f.get("scores").floats(), 1e-4f);
      assertArrayEquals(e.get("mask_probs").floats(), f.get("mask_probs").floats(), 1e-4f);
      for (String name : List.of("f2", "f3", "f4")) {
        assertClose(e.get(name), f.get(name), MAPS, name);
      }
      assertClose(e.get("neck.p3"), f.get("neck.p2"), MAPS, "the map of the neck at stride 8");
      assertClose(e.get("rpn.cls1"), f.get("rpn_head.cls1"), MAPS, "class scores at stride 8");
    }
  }

  /** Height and width of the resized image in the sample, which is padded by one column. */
  private static ArrayTensor imageShape() {
    return ArrayTensor.of("img_shape", new long[] {320, 479}, 1, 2);
  }

  @Test
  void aBatchKeepsItsAxisAndCountsItsObjects() throws IOException {
    float[] twice;
    try (Checkpoint sample = Checkpoint.open(model(DETECTOR, "sample.safetensors"))) {
      float[] once = sample.tensors().get("input").floats();
      twice = Arrays.copyOf(once, 2 * once.length);
      System.arraycopy(once, 0, twice, once.length, once.length);
    }
    ArrayTensor image = ArrayTensor.of("pixel_values", twice, 2, 3, 320, 480);
    Path file = folder.resolve("two.safetensors");
    Safetensors.write(file, List.of(image), Map.of());
    JsonNode json = new ObjectMapper().readTree(run(DETECTOR, file, "--json").succeeded().out());
    assertEquals("[2]", json.get("count").get("shape").toString());
    assertEquals(2, json.get("boxes").get("shape").get(0).asInt());
    assertEquals(json.get("count").get("least"), json.get("count").get("greatest"));
  }

  @Test
  void invalidInputsAreReported() throws IOException {
    Path file = folder.resolve("wrong.safetensors");
    Safetensors.write(file, List.of(ArrayTensor.of("imagge", new float[3], 3)), Map.of());
    run(SEGMENTER, file)
        .failed(Main.FAILED, "no tensor 'image' or 'pixel_values' (did you mean 'image'?)");
    Safetensors.write(file, List.of(ArrayTensor.of("image", new byte[48], 4, 4, 3)), Map.of());
    run(SEGMENTER, file)
        .failed(Main.FAILED, "'image' is uint8 [4, 4, 3], expected the normalized image");
    ArrayTensor image = ArrayTensor.of("image", new float[3 * 64 * 64], 1, 3, 64, 64);
    Safetensors.write(file, List.of(image, image.named("pixel_values")), Map.of());
    run(SEGMENTER, file).failed(Main.FAILED, "has both 'image' and 'pixel_values'");
    ArrayTensor shape = ArrayTensor.of("img_shape", new long[] {1, 2, 3}, 3);
    Safetensors.write(file, List.of(image, shape), Map.of());
    run(DETECTOR, file).failed(Main.FAILED, "'img_shape' is int64 [3]", "[1, 2] or [2]");
    run(SEGMENTER, folder.resolve("none.safetensors")).failed(Main.FAILED, "none.safetensors");
    Safetensors.write(
        file, List.of(ArrayTensor.of("image", new float[3 * 50 * 64], 1, 3, 50, 64)), Map.of());
    run(SEGMENTER, file).failed(Main.FAILED, "50", "multiple");
  }

  @Test
  void anUnknownScopeGetsASuggestion() throws IOException {
    Path file = folder.resolve("small.safetensors");
    Safetensors.write(
        file, List.of(ArrayTensor.of("image", new float[3 * 64 * 64], 1, 3, 64, 64)), Map.of());
    run(DETECTOR, file, "--tap", "neck.p33")
        .failed(Main.USAGE, "no output of a scope 'neck.p33' (did you mean 'neck.p3'?)");
    run(DETECTOR, file, "--tap", "nonsense.of.a.scope").failed(Main.USAGE, "(known: ", " more)");
    assertFalse(Files.exists(folder.resolve("out.safetensors")));
  }

  @Test
  void aMissingFolderIsReportedFirst() {
    CommandLineRun.of(
            "run", "x", "--weights", "w", "--inputs", "i", "--outputs", folder.resolve("no/o"))
        .failed(Main.USAGE, "no such directory: " + folder.resolve("no"));
  }
}
