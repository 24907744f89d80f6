package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.formats.semantic.LabelPng;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.formats.Safetensors;
import dev.dovetail.weights.tensors.ArrayTensor;
import dev.dovetail.weights.tensors.StoredTensor;
import dev.dovetail.weights.tensors.TensorSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Unusual weights in all commands that read weights. */
@Tag("slow")
class WeightsTest {

  private static final String[] CLASSES = {"sky", "road"};
  private static final Size SIZE = new Size(40, 60);

  @TempDir private Path folder;

  /** Copies a model's weights with changed values. */
  private Path changed(TinyModel model, UnaryOperator<float[]> change, String... names)
      throws IOException {
    Path file = folder.resolve("changed.safetensors");
    List<TensorSource> tensors = new ArrayList<>();
    try (Checkpoint checkpoint = Checkpoint.open(model.weights())) {
      for (StoredTensor t : checkpoint.tensors().values()) {
        long[] shape = t.shape().stream().mapToLong(Long::longValue).toArray();
        boolean changes = List.of(names).contains(t.name());
        tensors.add(changes ? ArrayTensor.of(t.name(), change.apply(t.floats()), shape) : t);
      }
      assertEquals(names.length, tensors.stream().filter(t -> t instanceof ArrayTensor).count());
      Safetensors.write(file, tensors, Map.of());
    }
    return file;
  }

  private static UnaryOperator<float[]> first(float value) {
    return values -> {
      values[0] = value;
      return values;
    };
  }

  private static UnaryOperator<float[]> all(float value) {
    return values -> {
      java.util.Arrays.fill(values, value);
      return values;
    };
  }

  private static UnaryOperator<float[]> times(float factor) {
    return values -> {
      for (int i = 0; i < values.length; i++) {
        values[i] *= factor;
      }
      return values;
    };
  }

  /** The commands that read weights, with a segmenter, writing to {@code out}. */
  private List<List<Object>> commands(Path config, Path out) throws IOException {
    Path images = folder.resolve("images");
    Path labels = Files.createDirectories(folder.resolve("labels"));
    TinyModel.picture(images.resolve("a.png"), SIZE.height(), SIZE.width());
    LabelPng.write(
        labels.resolve("a.png"), new LabelMap.Bytes(SIZE, new byte[SIZE.height() * SIZE.width()]));
    Path input = folder.resolve("in.safetensors");
    Safetensors.write(
        input, List.of(ArrayTensor.of("image", new float[3 * 64 * 64], 1, 3, 64, 64)), Map.of());
    Files.createDirectories(out);
    return List.of(
        List.of("predict", config, images, "--out", out.resolve("predict")),
        List.of(
            "eval",
            config,
            "--images",
            images,
            "--annotations",
            labels,
            "--out",
            out.resolve("eval")),
        List.of("run", config, "--inputs", input, "--outputs", out.resolve("o.safetensors")),
        List.of("export", config, "--size", "64x64", "--out", out.resolve("m.onnx")));
  }

  private static CommandLineRun with(List<Object> arguments, Object... more) {
    List<Object> args = new ArrayList<>(arguments);
    args.addAll(List.of(more));
    return CommandLineRun.of(args.toArray());
  }

  @Test
  void nonFiniteWeightsFailInEveryCommandWithTheTensorsName() throws IOException {
    TinyModel model = TinyModel.segmenter(folder, CLASSES);
    String tensor = "backbone.patch_embed.proj.weight";
    for (float odd : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
      Path out = folder.resolve("out" + odd);
      Path weights = changed(model, first(odd), tensor);
      for (List<Object> arguments : commands(model.config(), out)) {
        with(arguments, "--weights", weights).failed(Main.FAILED, "'" + tensor + "'", "not finite");
      }
      for (String result :
          List.of("o.safetensors", "m.onnx", "predict/results.json", "eval/metrics.json")) {
        assertFalse(Files.exists(out.resolve(result)), result);
      }
    }
  }

  @Test
  void nonFiniteResultsFailInEveryCommandWithTheirName() throws IOException {
    TinyModel model = TinyModel.segmenter(folder, CLASSES);
    Path weights = changed(model, all(3e38f), "decode_head.conv_seg.weight");
    for (List<Object> arguments : commands(model.config(), folder.resolve("out"))) {
      with(arguments, "--weights", weights).failed(Main.FAILED, "'logits'", "not finite");
    }
    Path image = folder.resolve("images/a.png");
    CommandLineRun.of("predict", model.config(), "--weights", weights, image, "--out", folder)
        .failed(Main.FAILED, image + ": the results are not finite");
  }

  @Test
  void detectorsAndClassifiersWithInfiniteScoresFail() throws IOException {
    TinyModel detector = TinyModel.detector(folder, CLASSES);
    Path image = folder.resolve("images/a.png");
    TinyModel.picture(image, SIZE.height(), SIZE.width());
    for (String head :
        List.of("rpn_head.rpn_cls", "rpn_head.rpn_reg", "roi_head.bbox_head.fc_reg")) {
      Path weights = changed(detector, all(3e38f), head + ".weight", head + ".bias");
      CommandLineRun.of("predict", detector.config(), "--weights", weights, image, "--out", folder)
          .failed(Main.FAILED, head.substring(0, 8), "not finite");
    }
    TinyModel classifier = TinyModel.classifier(folder, CLASSES);
    Path weights = changed(classifier, all(3e38f), "head.fc.weight", "head.fc.bias");
    CommandLineRun.of("predict", classifier.config(), "--weights", weights, image)
        .failed(Main.FAILED, "'logits'", "not finite");
  }

  @Test
  void runNamesNonFiniteInputsAndTaps() throws IOException {
    TinyModel model = TinyModel.segmenter(folder, CLASSES);
    Path input = folder.resolve("in.safetensors");
    float[] pixels = new float[3 * 64 * 64];
    pixels[5] = Float.NaN;
    Safetensors.write(input, List.of(ArrayTensor.of("image", pixels, 1, 3, 64, 64)), Map.of());
    model
        .run(
            "run",
            "--inputs",
            input,
            "--outputs",
            folder.resolve("o"),
            "--tap",
            "backbone.blocks.0")
        .failed(Main.FAILED, "so does the input 'pixel_values'", "backbone.blocks.0");
  }

  /** The weights under {@code model.}, and twice the weights under {@code ema.module.}. */
  private Path twoSets(TinyModel model) throws IOException {
    Path file = folder.resolve("two.safetensors");
    List<TensorSource> tensors = new ArrayList<>();
    try (Checkpoint checkpoint = Checkpoint.open(model.weights())) {
      for (StoredTensor t : checkpoint.tensors().values()) {
        long[] shape = t.shape().stream().mapToLong(Long::longValue).toArray();
        tensors.add(t.named("model._orig_mod." + t.name()));
        float[] doubled = times(2).apply(t.floats());
        tensors.add(ArrayTensor.of("ema.module." + t.name(), doubled, shape));
      }
      Safetensors.write(file, tensors, Map.of());
    }
    return file;
  }

  @Test
  void everyCommandReportsItsWeightsAndAKeySelectsThem() throws IOException {
    TinyModel model = TinyModel.segmenter(folder, CLASSES);
    Path weights = twoSets(model);
    for (List<Object> arguments : commands(model.config(), folder.resolve("out"))) {
      String err = with(arguments, "--weights", weights).succeeded().err();
      assertTrue(err.contains("'model' is used, not 'ema.module' (select one with"), err);
      assertTrue(err.contains("removed from the names: '_orig_mod.', 'model.'"), err);
    }
    byte[] first = Files.readAllBytes(folder.resolve("out/o.safetensors"));
    for (List<Object> arguments : commands(model.config(), folder.resolve("out2"))) {
      String err = with(arguments, "--weights", weights, "--weights-key", "ema").succeeded().err();
      assertTrue(err.contains("removed from the names: 'module.'"), err);
      with(arguments, "--weights", weights, "--weights-key", "em")
          .failed(Main.FAILED, "no weights under 'em' (--weights-key)", "['model', 'ema']");
    }
    assertFalse(
        java.util.Arrays.equals(first, Files.readAllBytes(folder.resolve("out2/o.safetensors"))));
    JsonNode metrics =
        new ObjectMapper().readTree(folder.resolve("out2/eval/metrics.json").toFile());
    assertEquals("ema", metrics.get("weights_key").asText());
  }

  @Test
  void predictionsOfOtherWeightsInAFileAreNotMixed() throws IOException {
    TinyModel model = TinyModel.segmenter(folder, CLASSES);
    Path weights = twoSets(model);
    List<Object> eval = commands(model.config(), folder.resolve("out")).get(1);
    with(eval, "--weights", weights).succeeded();
    with(eval, "--weights", weights, "--weights-key", "ema")
        .failed(Main.FAILED, "contains another run", "weights_key");
  }

  @Test
  void inspectReportsHowACheckpointIsRead() throws IOException {
    TinyModel model = TinyModel.segmenter(folder, CLASSES);
    Object[] args = {"inspect", model.config(), "--weights", twoSets(model), "--json"};
    CommandLineRun run = CommandLineRun.of(args).succeeded();
    JsonNode notes = new ObjectMapper().readTree(run.out()).get("weights").get("notes");
    assertEquals(2, notes.size());
    assertTrue(run.err().contains(notes.get(0).asText()), run.err());
    CommandLineRun.of("inspect", model.config(), "--weights-key", "ema")
        .failed(Main.USAGE, "--weights-key needs --weights");
  }

  @Test
  void gitLfsPointersAreNamedByEveryReader() throws IOException {
    TinyModel model = TinyModel.segmenter(folder, CLASSES);
    TinyModel detector = TinyModel.detector(Files.createDirectory(folder.resolve("d")), CLASSES);
    List<List<Object>> commands = commands(model.config(), folder.resolve("out"));
    Path pointer = folder.resolve("pointer.json");
    Files.writeString(
        pointer, "version https://git-lfs.github.com/spec/v1\noid sha256:12\nsize 346\n");
    String lfs = " is a Git LFS pointer; fetch the file itself (git lfs pull)";
    for (List<Object> arguments : commands) {
      with(arguments, "--weights", pointer).failed(Main.FAILED, pointer + ":" + lfs);
    }
    CommandLineRun.of("inspect", pointer).failed(Main.USAGE, pointer + lfs);
    Path images = folder.resolve("images");
    detector
        .run("eval", "--images", images, "--annotations", pointer)
        .failed(Main.FAILED, pointer + ":" + lfs);
    CommandLineRun.of("score", "--type", "bbox", "--gt", pointer, "--dt", pointer)
        .failed(Main.FAILED, pointer + ":" + lfs);
    Path labels = folder.resolve("labels/a.png");
    Files.copy(pointer, labels, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    with(commands.get(1), "--weights", model.weights()).failed(Main.FAILED, labels + lfs);
    Path image = images.resolve("a.png");
    Files.copy(pointer, image, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    with(commands.get(0), "--weights", model.weights()).failed(Main.FAILED, image + lfs);
  }
}
