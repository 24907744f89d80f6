package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.formats.semantic.LabelPng;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code bench}: its models, its measurements, and usage errors. */
@Tag("slow")
class BenchCommandTest {

  @TempDir private Path folder;
  private TinyModel segmenter;

  @BeforeEach
  void write() throws IOException {
    segmenter = TinyModel.segmenter(folder, "sky", "road");
  }

  private static CommandLineRun bench(Object... more) {
    List<Object> args = new ArrayList<>(List.of("--runs", 4, "--warmup", 1, "--threads", 1));
    args.addAll(List.of(more));
    return plain(args.toArray());
  }

  private static CommandLineRun plain(Object... more) {
    List<Object> args = new ArrayList<>(List.of("bench"));
    args.addAll(List.of(more));
    return CommandLineRun.of(args.toArray());
  }

  private static JsonNode json(CommandLineRun run) throws IOException {
    return new ObjectMapper().readTree(run.out());
  }

  private TinyModel classifier() throws IOException {
    return TinyModel.classifier(Files.createDirectories(folder.resolve("c")), "cat", "dog");
  }

  private TinyModel detector() throws IOException {
    return TinyModel.detector(Files.createDirectories(folder.resolve("d")), "cat", "dog");
  }

  /** Checks properties of every result that do not depend on the speed of the machine. */
  private static void assertConsistent(JsonNode result, int runs) {
    JsonNode latency = result.get("latency_ms");
    double[] all =
        IntStream.range(0, runs).mapToDouble(i -> latency.get("all").get(i).asDouble()).toArray();
    assertEquals(runs, latency.get("all").size());
    assertEquals(runs, result.get("runs").asInt());
    double p50 = latency.get("p50").asDouble();
    double p95 = latency.get("p95").asDouble();
    double p99 = latency.get("p99").asDouble();
    double mean = latency.get("mean").asDouble();
    assertTrue(0 < p50 && p50 <= p95 && p95 <= p99, latency.toString());
    assertEquals(java.util.Arrays.stream(all).average().orElseThrow(), mean, 1e-9 * mean);
    assertEquals(java.util.Arrays.stream(all).max().orElseThrow(), p99);
    double rate = result.get("images_per_second").asDouble();
    assertEquals(result.get("batch").asInt() * 1000 / mean, rate, 1e-9 * rate);
    double flops = result.get("flops_per_second").asDouble();
    assertEquals(2 * result.get("macs").asDouble() * rate, flops, 1e-9 * flops);
    double share = result.get("share_of_ceiling").asDouble();
    assertEquals(flops / result.get("ceiling_flops_per_second").asDouble(), share, 1e-9);
    assertTrue(share > 0, result.toString());
    JsonNode first = result.get("first_result_seconds");
    double parts =
        first.get("open").asDouble()
            + first.get("trace").asDouble()
            + first.get("compile").asDouble()
            + first.get("run").asDouble();
    assertEquals(parts, first.get("total").asDouble(), 1e-9);
    assertTrue(first.get("compile").asDouble() > 0 && first.get("run").asDouble() > 0);
  }

  @Test
  void severalModelsAreComparedAtEachBatchSize() throws IOException {
    TinyModel detector = detector();
    CommandLineRun run =
        bench(
            segmenter.config(),
            detector.config(),
            "--weights",
            segmenter.weights(),
            "--weights",
            detector.weights(),
            "--size",
            "64x96",
            "--batch",
            "1,2",
            "--json");
    JsonNode document = json(run.succeeded());
    JsonNode results = document.get("results");
    assertEquals(4, results.size());
    for (int i = 0; i < 4; i++) {
      JsonNode result = results.get(i);
      assertConsistent(result, 4);
      assertEquals(i / 2 + 1, result.get("batch").asInt());
      Path model = i % 2 == 0 ? segmenter.config() : detector.config();
      assertEquals(model.toString(), result.get("model").asText());
      assertEquals("[64,96]", result.get("size").toString());
      double ratio = result.get("ratio_to_first").asDouble();
      assertTrue(i % 2 == 0 ? ratio == 1 : ratio > 0, result.toString());
      assertEquals(i % 2 == 1, result.get("macs_are_partial").asBoolean());
    }
    JsonNode models = document.get("models");
    assertEquals(
        segmenter.weights().toString(),
        models.get(segmenter.config().toString()).get("weights").asText());
    assertFalse(run.err().contains("random"), run.err());
    JsonNode counted =
        json(CommandLineRun.of("inspect", segmenter.config(), "--size", "64x96", "--json"));
    assertEquals(counted.get("at_test").get("parameters"), results.get(0).get("parameters"));
    assertEquals(
        counted.get("at_test").get("macs").asDouble(), results.get(2).get("macs").asDouble());
  }

  @Test
  void withoutWeightsTheyAreRandomAndReportedAsSuch() throws IOException {
    CommandLineRun run = bench(segmenter.config(), classifier().config(), "--size", "64x64");
    String out = run.succeeded().out();
    assertTrue(
        out.contains("Weights are random (initial values), since none were specified: "), out);
    for (String head : List.of("p50 ms", "images/s", "ratio", "GMAC", "of ceiling", "host MB")) {
      assertTrue(out.contains(head), out);
    }
    assertTrue(out.contains("cpu, fp32, threads: 1; 4 runs after 1 warm-up runs."), out);
  }

  @Test
  void backbonesAreComparedWithTheSameHead() throws IOException {
    CommandLineRun run =
        bench(
            "--backbones",
            "mobilevitv2_050,mit_b0",
            "--adapter",
            "plain",
            "--head",
            "upernet",
            "--set",
            "head.channels=8",
            "--size",
            "64x64",
            "--json");
    JsonNode results = json(run.succeeded()).get("results");
    assertEquals("mobilevitv2_050", results.get(0).get("model").asText());
    assertEquals("mit_b0", results.get(1).get("model").asText());
    results.forEach(result -> assertConsistent(result, 4));
  }

  @Test
  void unknownBackbonesAndPartsAreNamed() {
    String backbone = "mobilevitv2_050";
    bench("--backbones", backbone).failed(Main.USAGE, "--backbones needs --head");
    bench("--backbones", backbone, "--head", "upernet").failed(Main.USAGE, "needs --size=HxW");
    bench("--backbones", "mobilevitv2_05", "--head", "upernet", "--size", "64x64")
        .failed(Main.USAGE, "mobilevitv2_05", "did you mean 'mobilevitv2_050'");
    bench("--backbones", backbone, "--head", "upper", "--size", "64x64")
        .failed(Main.USAGE, "upper");
    bench(segmenter.config(), "--head", "upernet").failed(Main.USAGE, "need --backbones");
    bench().failed(Main.USAGE, "MODEL");
  }

  @Test
  void anExportedFileIsMeasuredTogetherWithItsConfig() throws IOException {
    Path file = folder.resolve("model.onnx");
    segmenter.run("export", "--size", "64x64", "--batch", 2, "--out", file).succeeded();
    CommandLineRun run =
        bench(file, segmenter.config(), "--size", "64x64", "--batch", "2,1", "--profile", "--json");
    run.failed(Main.FAILED, file + " (batch 1): the file is for batch size 2, not for --batch 1");
    JsonNode document = json(run);
    assertEquals(3, document.get("results").size());
    document.get("results").forEach(result -> assertConsistent(result, 4));
    assertEquals(
        document.get("results").get(0).get("macs"), document.get("results").get(1).get("macs"));
    assertEquals(1, document.get("failed").size());
    assertEquals(file.toString(), document.get("failed").get(0).get("model").asText());
    JsonNode profile = document.get("models").get(file.toString()).get("profiles").get(0);
    assertTrue(profile.get("scopes_ms").get("backbone").asDouble() > 0, profile.toString());
    // The file's own batch size.
    JsonNode own = json(bench(file, "--json").succeeded()).get("results").get(0);
    assertEquals(2, own.get("batch").asInt());
    bench(file, "--size", "64x128").failed(Main.USAGE, "is for 64x64, not for --size 64x128");
    bench(file, "--set", "head.classes=3").failed(Main.USAGE, "omit --set");
  }

  @Test
  void aProfileReportsTimeByScopeAndByOperator() {
    String out = bench(segmenter.config(), "--size", "64x64", "--profile").succeeded().out();
    assertTrue(out.contains("mean of 4 profiled runs"), out);
    assertTrue(out.lines().anyMatch(l -> l.matches("backbone +\\d+\\.\\d+ +\\d+\\.\\d")), out);
    assertTrue(out.lines().anyMatch(l -> l.matches("\\w*Conv\\w* +\\d+\\.\\d+ +\\d+\\.\\d")), out);
  }

  @Test
  void thePageShowsAccuracyAndSpeed() throws IOException {
    Path images = Files.createDirectory(folder.resolve("images"));
    Path maps = Files.createDirectory(folder.resolve("maps"));
    for (String name : List.of("a", "b")) {
      TinyModel.picture(images.resolve(name + ".png"), 40, 60);
      byte[] values = new byte[2400];
      java.util.Arrays.fill(values, 0, 1000, (byte) 1);
      LabelPng.write(maps.resolve(name + ".png"), new LabelMap.Bytes(new Size(40, 60), values));
    }
    Path metrics = folder.resolve("eval.json");
    segmenter
        .run("eval", "--images", images, "--annotations", maps, "--json=" + metrics)
        .succeeded();
    Path file = folder.resolve("bench.json");
    Path page = folder.resolve("page");
    String out =
        bench(
                segmenter.config(),
                "--weights",
                segmenter.weights(),
                "--size",
                "64x64",
                "--batch",
                "1,2",
                "--images",
                images,
                "--annotations",
                maps,
                "--report",
                page,
                "--json=" + file)
            .succeeded()
            .out();
    ObjectMapper mapper = new ObjectMapper();
    JsonNode accuracy =
        mapper.readTree(file.toFile()).get("models").get(segmenter.config().toString());
    JsonNode expected = mapper.readTree(metrics.toFile()).get("metrics");
    for (String metric : List.of("aAcc", "mIoU", "mDice")) {
      double same = accuracy.get("accuracy").get("metrics").get(metric).asDouble();
      assertEquals(expected.get(metric).asDouble(), same, metric);
    }
    assertTrue(out.lines().anyMatch(l -> l.matches(".*  mIoU +\\d+\\.\\d\\d")), out);
    String html = Files.readString(page.resolve("index.html"));
    assertTrue(html.contains("mIoU in percent against milliseconds per run"), html);
    assertTrue(html.contains("<circle") && html.contains("tiny.json ×2"), html);
    assertFalse(html.contains("src=") || html.contains("http"), "the page needs another file");
  }

  @Test
  void aModelThatCannotBeOpenedDoesNotAffectOthers() throws IOException {
    TinyModel other = classifier();
    CommandLineRun run =
        bench(
            segmenter.config(),
            other.config(),
            "--weights",
            other.weights(),
            "--weights",
            other.weights(),
            "--size",
            "64x64",
            "--json");
    run.failed(Main.FAILED, "dovetail: " + segmenter.config() + ": ", "missing");
    JsonNode document = json(run);
    assertEquals(1, document.get("results").size());
    assertEquals(other.config().toString(), document.get("results").get(0).get("model").asText());
    assertTrue(document.get("results").get(0).get("ratio_to_first").isNumber());
  }

  @Test
  void aModelIsCalibratedBeforeItIsMeasuredInEightBitIntegers() throws IOException {
    TinyModel classifier = classifier();
    Path images = Files.createDirectories(folder.resolve("images"));
    TinyModel.picture(images.resolve("image.png"), 64, 64);
    Path saved = folder.resolve("c.json");
    List<Object> common =
        List.of("--precision", "int8", "--json", "--weights", classifier.weights());
    List<Object> args = new ArrayList<>(List.of(classifier.config(), "--calibrate", images));
    args.addAll(common);
    args.addAll(List.of("--calibration-method", "entropy", "--save-calibration", saved));
    CommandLineRun run = bench(args.toArray()).succeeded();
    assertTrue(run.err().contains("layers in 8-bit integers, calibrated on 1 image (entropy)"));
    assertTrue(run.err().contains("outputs differ from float32 by"), run.err());
    assertEquals("int8", json(run).get("precision").asText());
    assertConsistent(json(run).get("results").get(0), 4);
    args = new ArrayList<>(List.of(classifier.config(), "--calibrate", saved));
    args.addAll(common);
    assertTrue(bench(args.toArray()).succeeded().err().contains("calibrated on 1 image (entropy)"));
  }

  @Test
  void calibrationsOfModelsThatCannotBeCalibratedAreReported() throws IOException {
    Path images = Files.createDirectories(folder.resolve("images"));
    TinyModel.picture(images.resolve("image.png"), 64, 64);
    Path saved = folder.resolve("c.json");
    Path config = segmenter.config();
    bench(config, "--precision", "int8", "--calibrate", images, "--save-calibration", saved)
        .failed(Main.USAGE, "a saved calibration is of a checkpoint: specify --weights for");
    bench(config, config, "--precision", "int8", "--calibrate", images, "--save-calibration", saved)
        .failed(Main.USAGE, "--save-calibration saves one calibration");
    assertFalse(Files.exists(saved));
  }

  @Test
  void invalidOptionsAreRejected() throws IOException {
    Path config = segmenter.config();
    plain(config, "--runs", 0).failed(Main.USAGE, "--runs 0: expected at least 1");
    plain(config, "--warmup", -1).failed(Main.USAGE, "--warmup -1: expected at least 0");
    bench(config, "--batch", "1,0").failed(Main.USAGE, "--batch 0: expected 1 to 65536");
    bench(config, "--batch", "2,2").failed(Main.USAGE, "--batch repeats a number");
    bench(config, "--batch", "two").failed(Main.USAGE, "two");
    bench(config, "--device", "tpu").failed(Main.USAGE, "unknown device 'tpu'");
    bench(config, "--precision", "int3").failed(Main.USAGE, "int3");
    bench(config, "--precision", "int8")
        .failed(Main.USAGE, "--precision int8 needs --calibrate with images");
    bench(config, "--calibrate", folder).failed(Main.USAGE, "--calibrate needs --precision int8");
    bench(config, "--size", "64").failed(Main.USAGE, "'64' is not a size");
    bench("no-such-model", config).failed(Main.USAGE, "no such config: no-such-model");
    bench(config, "--weights", config, "--weights", config)
        .failed(Main.USAGE, "--weights is specified 2 times, but 1 of the models");
    bench(config, "--weights-key", "ema").failed(Main.USAGE, "--weights-key needs --weights");
    bench(config, "--images", folder)
        .failed(Main.USAGE, "'--images=DIR' and '--annotations=FILE_OR_DIR'");
    bench(config, "--images", folder, "--annotations", folder)
        .failed(Main.USAGE, "accuracy needs weights: specify --weights=W for " + config);
    bench(config, "--images", folder, "--data", folder).failed(Main.USAGE, "--data replaces");
    Path file = Files.writeString(folder.resolve("file"), "");
    bench(config, "--report", file).failed(Main.FAILED, "is a file; the report needs a directory");
    bench(config, "--json=" + folder).failed(Main.USAGE, "is a directory");
  }

  @Test
  void unsupportedSizesAreRejectedAndASizeIsRequiredIfTheConfigHasNone() throws IOException {
    bench(segmenter.config(), "--size", "100x64")
        .failed(
            Main.USAGE, "the size 100x64 with batch size 1 is not supported", "multiples of 32");
    bench(segmenter.config(), "--size", "64x64", "--set", "preprocess.fit=keep").succeeded();
    bench(segmenter.config(), "--set", "preprocess.fit=keep")
        .failed(Main.USAGE, "does not resize images: specify --size=HxW");
    CommandLineRun run =
        bench(segmenter.config(), classifier().config(), "--size", "72x64", "--json");
    run.failed(Main.FAILED, segmenter.config() + ": the size 72x64", "does not fit");
    assertEquals(1, json(run).get("results").size());
  }

  @Test
  void insufficientMemoryIsReportedBeforehand() {
    bench(segmenter.config(), "--size", "9600x9600", "--batch", "4096", "--json")
        .failed(Main.USAGE, "(batch 4096)", "--batch");
    String wide = "head.channels=8192"; // More than a terabyte, so that it exceeds any machine.
    bench(segmenter.config(), "--size", "6400x6400", "--batch", "17", "--set", wide)
        .failed(
            Main.FAILED,
            "it needs an estimated",
            "GB are free; specify a smaller --batch or --size");
  }

  @Test
  void aModelCanBeMeasuredTwice() throws IOException {
    JsonNode document =
        json(bench(segmenter.config(), segmenter.config(), "--size", "64x64", "--json"));
    assertEquals(2, document.get("models").size());
    assertEquals(segmenter.config() + " (2)", document.get("results").get(1).get("model").asText());
  }

  @Test
  void aBuiltInModelHasItsOwnWeightsAndSize() throws IOException {
    Path place = Files.createDirectories(folder.resolve("own"));
    try (OwnModels models = new OwnModels(place)) {
      models.with("mine", classifier());
      JsonNode document = json(bench("mine", "--json").succeeded());
      assertTrue(document.get("models").get("mine").get("weights").isTextual());
      assertEquals("[64,64]", document.get("results").get(0).get("size").toString());
    }
  }
}
