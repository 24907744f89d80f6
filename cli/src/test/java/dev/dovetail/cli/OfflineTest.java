package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.formats.semantic.LabelPng;
import dev.dovetail.images.OpenCv;
import dev.dovetail.internal.Pipeline;
import dev.dovetail.models.BuiltInModel;
import dev.dovetail.testing.SharedFolder;
import dev.dovetail.weights.formats.Safetensors;
import dev.dovetail.weights.tensors.ArrayTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Scalar;
import org.opencv.videoio.VideoWriter;

/**
 * The program as separate processes, as a user starts it. It opens no network connections, and
 * leaves no files outside the directories that {@code doctor} reports. {@code CI} is not set in the
 * processes, because it silences ONNX Runtime's telemetry.
 */
@Tag("slow")
@EnabledOnOs(OS.LINUX)
class OfflineTest {

  private static final Path LAUNCHER = SharedFolder.projectRoot().resolve("dovetail");

  /** System calls that send data or create files, traced by strace. */
  private static final String CALLS =
      "trace=connect,bind,sendto,sendmsg,sendmmsg,open,openat,creat,mkdir,mkdirat,mknod,mknodat,"
          + "link,linkat,symlink,symlinkat,rename,renameat,renameat2";

  private static final Pattern SENDS =
      Pattern.compile("\\b(connect|bind|sendto|sendmsg|sendmmsg)\\(.*AF_INET");

  private static final Pattern MAKES =
      Pattern.compile(
          "\\b(open|openat)\\(.*\"(?<opened>[^\"]*)\".*O_CREAT"
              + "|\\b(creat|mk|link|symlink|rename)\\w*\\(.*\"(?<made>[^\"]*)\"");

  private static final String FAILED = " = -1 E";

  @TempDir private Path folder;

  private Path home;
  private Path temporary;
  private Path work;
  private Path trace;

  /** The result of a process. */
  private record Ended(int code, String out, String err) {

    Ended succeeded() {
      assertEquals(Main.OK, code, () -> "stdout:\n" + out + "\nstderr:\n" + err);
      return this;
    }
  }

  /** Builds the program and prepares its starts, which may use the network. */
  @BeforeAll
  static void build(@TempDir Path out) throws Exception {
    for (String name : List.of("list", "score")) {
      ProcessBuilder first = new ProcessBuilder(LAUNCHER.toString(), name, "--help");
      first.environment().remove("DOVETAIL_JAVA_OPTS");
      run(first, out).succeeded();
    }
    run(new ProcessBuilder(LAUNCHER.toString(), "--add", "video"), out).succeeded();
    // Builds the trainer, and then fails because of a missing option.
    ProcessBuilder trainer = new ProcessBuilder(LAUNCHER.toString(), "train", "none");
    assertEquals(Main.USAGE, run(trainer, out).code());
  }

  @BeforeEach
  void makeFolders() throws IOException {
    home = Files.createDirectory(folder.resolve("home"));
    temporary = Files.createDirectory(folder.resolve("tmp"));
    work = Files.createDirectory(folder.resolve("work"));
    trace = folder.resolve("trace");
  }

  /** Every command with its arguments. */
  private Map<String, List<Object>> commandLines() throws IOException {
    Path detectors = Files.createDirectory(work.resolve("detector"));
    Path segmenters = Files.createDirectory(work.resolve("segmenter"));
    TinyModel detector = TinyModel.detector(detectors, "cat", "dog");
    TinyModel segmenter = TinyModel.segmenter(segmenters, "sky", "road");
    Path images = work.resolve("images");
    TinyModel.picture(images.resolve("a.jpg"), 40, 60);
    Path maps = Files.createDirectory(work.resolve("maps"));
    LabelPng.write(maps.resolve("a.png"), new LabelMap.Bytes(new Size(40, 60), new byte[2400]));
    Path truth =
        Files.writeString(
            work.resolve("truth.json"),
            """
            {"images": [{"id": 1, "file_name": "a.jpg", "width": 60, "height": 40}],
             "categories": [{"id": 1, "name": "cat"}],
             "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "iscrowd": 0,
                              "bbox": [5, 5, 20, 20], "area": 400}]}
            """);
    Path found =
        Files.writeString(
            work.resolve("found.json"),
            "[{\"image_id\": 1, \"category_id\": 1, \"score\": 0.5, \"bbox\": [5, 5, 20, 20]}]");
    Path labels = Files.createDirectory(work.resolve("labels"));
    Files.writeString(labels.resolve("a.txt"), "0 0.5 0.5 0.2 0.2\n");
    Path classes = Files.writeString(work.resolve("classes.txt"), "cat\n");
    Path pixels = work.resolve("pixels.safetensors");
    Safetensors.write(
        pixels, List.of(ArrayTensor.of("image", new float[3 * 64 * 64], 1, 3, 64, 64)), Map.of());

    Map<String, List<Object>> commandLines = new LinkedHashMap<>();
    commandLines.put(
        "eval",
        segmenter.arguments(
            "eval", "--images", images, "--annotations", maps, "--out", work.resolve("evaluated")));
    commandLines.put(
        "predict",
        detector.arguments(
            "predict", images, clip(work.resolve("clip.avi")), "--out", work.resolve("predicted")));
    commandLines.put(
        "score",
        List.of(
            "score",
            "--type",
            "bbox",
            "--gt",
            truth,
            "--dt",
            found,
            "--report",
            work.resolve("report")));
    commandLines.put("browse", List.of("browse", images, "--out", work.resolve("browsed")));
    commandLines.put(
        "convert",
        List.of(
            "convert",
            "--from",
            "yolo",
            "--images",
            images,
            "--labels",
            labels,
            "--classes",
            classes,
            "--out",
            work.resolve("converted.json")));
    commandLines.put("sample", List.of("sample", work.resolve("drawn"), "--train", 1, "--val", 1));
    commandLines.put(
        "run",
        segmenter.arguments(
            "run", "--inputs", pixels, "--outputs", work.resolve("out.safetensors")));
    commandLines.put("list", List.of("list", "swin"));
    commandLines.put(
        "inspect", List.of("inspect", detector.config(), "--weights", detector.weights()));
    commandLines.put(
        "bench",
        segmenter.arguments(
            "bench", "--size", "64x64", "--runs", 2, "--report", work.resolve("speed")));
    commandLines.put(
        "export",
        segmenter.arguments("export", "--size", "64x128", "--out", work.resolve("model.onnx")));
    commandLines.put(
        "train",
        List.of(
            "train",
            segmenter.config(),
            "--images",
            images,
            "--annotations",
            maps,
            "--val-annotations",
            maps,
            "--out",
            work.resolve("trained"),
            "--set",
            "training.iterations=1",
            "--set",
            "training.augmentation.type=none",
            "--set",
            "training.optimizer.layerDecay=1"));
    commandLines.put("doctor", List.of("doctor"));
    commandLines.put("generate-completion", List.of("generate-completion"));
    commandLines.put("demo", List.of("demo", work.resolve("demo"), "--pictures", 1));
    assertEquals(
        Main.commandLine().getSubcommands().keySet(),
        commandLines.keySet(),
        "every command is covered");
    if (BuiltInModel.all().stream().anyMatch(model -> model.weights().isEmpty())) {
      System.err.println("OfflineTest skips demo: a built-in model has no weights");
      commandLines.remove("demo");
    }
    return commandLines;
  }

  /** A video of three frames, in the only format that OpenCV can write. */
  private static Path clip(Path file) {
    OpenCv.load();
    int code = VideoWriter.fourcc('M', 'J', 'P', 'G');
    VideoWriter writer =
        new VideoWriter(file.toString(), code, 10, new org.opencv.core.Size(60, 40));
    Mat grey = new Mat(40, 60, CvType.CV_8UC3, new Scalar(90, 90, 90));
    for (int i = 0; i < 3; i++) {
      writer.write(grey);
    }
    writer.release();
    grey.release();
    return file;
  }

  /** Starts the program under another program, such as {@code unshare}. */
  private Ended dovetail(List<String> below, List<?> arguments) throws Exception {
    List<String> command = new ArrayList<>(below);
    command.add(LAUNCHER.toString());
    arguments.forEach(a -> command.add(a.toString()));
    return run(process(command), folder);
  }

  /** A process that knows only the directories of this test. */
  private ProcessBuilder process(List<String> command) {
    ProcessBuilder process = new ProcessBuilder(command).directory(work.toFile());
    Map<String, String> environment = process.environment();
    environment.keySet().retainAll(List.of("PATH"));
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("HOME", home.toString());
    environment.put("TMPDIR", temporary.toString());
    environment.put("DOVETAIL_JAVA_OPTS", "-Djava.io.tmpdir=" + temporary);
    return process;
  }

  private static Ended run(ProcessBuilder process, Path folder) throws Exception {
    Path out = Files.createTempFile(folder, "out", ".txt");
    Path err = Files.createTempFile(folder, "err", ".txt");
    Process started = process.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    started.getOutputStream().close();
    try {
      assertTrue(started.waitFor(5, TimeUnit.MINUTES), "the program does not terminate");
      return new Ended(started.exitValue(), Files.readString(out), Files.readString(err));
    } finally {
      started.destroyForcibly();
      Files.delete(out);
      Files.delete(err);
    }
  }

  /** The first of several commands that runs here and exits with 0. */
  private List<String> available(String what, List<List<String>> commands) throws Exception {
    for (List<String> command : commands) {
      List<String> probe = new ArrayList<>(command);
      probe.add("true");
      try {
        if (run(process(probe), folder).code() == 0) {
          return command;
        }
      } catch (IOException e) {
        // The program is not installed.
      }
    }
    System.err.println("OfflineTest " + what);
    Assumptions.abort(what);
    return List.of();
  }

  /** Root can always create name spaces, other users only if the system allows it. */
  private List<String> unshare(String flag) throws Exception {
    return available(
        "skipped: unshare is not allowed here",
        List.of(List.of("unshare", flag), List.of("unshare", "-r", flag)));
  }

  private static List<Path> files(Path root) throws IOException {
    try (Stream<Path> walk = Files.walk(root)) {
      return walk.filter(p -> !p.equals(root)).toList();
    }
  }

  private JsonNode findings(Ended doctor) throws IOException {
    return new ObjectMapper().readTree(doctor.out()).get("findings");
  }

  private static String text(JsonNode findings, String subject) {
    for (JsonNode finding : findings) {
      if (finding.get("subject").asText().equals(subject)) {
        return finding.get("text").asText();
      }
    }
    throw new AssertionError("no " + subject + " in " + findings);
  }

  @Test
  void everyCommandRunsOfflineAndLeavesNothingOutsideTheFoldersOfDoctor() throws Exception {
    List<String> alone = unshare("-n");
    Path cache = home.resolve(".cache/dovetail");
    for (Map.Entry<String, List<Object>> entry : commandLines().entrySet()) {
      dovetail(alone, entry.getValue()).succeeded();
      assertEquals(
          List.of(), files(temporary), entry.getKey() + " leaves files in the temporary directory");
      assertTrue(
          files(home).stream().allMatch(p -> cache.startsWith(p) || p.startsWith(cache)),
          () -> entry.getKey() + " leaves files in the home directory");
    }
    JsonNode findings = findings(dovetail(alone, List.of("doctor", "--json")).succeeded());
    assertTrue(text(findings, "cache").startsWith(cache + ","), findings.toString());
    assertTrue(text(findings, "temporary").startsWith(temporary + ","), findings.toString());
    assertTrue(text(findings, "network").startsWith("used only for weights"), findings.toString());
    assertTrue(text(findings, "videos").startsWith("FFmpeg "), findings.toString());
    assertTrue(Files.size(work.resolve("predicted/clip.mp4")) > 0, "the video was drawn");
    assertEquals(3, Files.readAllLines(work.resolve("predicted/clip.jsonl")).size());
    for (String library : List.of("OpenCV", "ONNX Runtime")) {
      assertTrue(
          text(findings, library).contains(", in " + cache.resolve("natives")),
          findings.toString());
    }
  }

  @Test
  void noCommandSendsDataOrCreatesFilesElsewhere() throws Exception {
    List<String> strace =
        available(
            "skipped: strace is not installed, or not allowed",
            List.of(List.of("strace", "-f", "-qq", "-s", "4096", "-e", CALLS, "-o", "" + trace)));
    List<Path> allowed =
        List.of(home.resolve(".cache"), temporary, work, Path.of("/dev"), Path.of("/proc"));
    for (Map.Entry<String, List<Object>> entry : commandLines().entrySet()) {
      dovetail(strace, entry.getValue()).succeeded();
      List<String> calls = Files.readAllLines(trace);
      assertFalse(calls.isEmpty());
      for (String call : calls) {
        assertFalse(SENDS.matcher(call).find(), () -> entry.getKey() + ": " + call);
        Matcher makes = MAKES.matcher(call);
        if (makes.find() && !call.contains(FAILED)) {
          String name = makes.group("opened");
          Path made = work.resolve(name != null ? name : makes.group("made")).normalize();
          assertTrue(
              allowed.stream().anyMatch(made::startsWith), () -> entry.getKey() + ": " + call);
        }
      }
    }
  }

  /**
   * Runs {@code predict} and {@code doctor} with a cache directory that is mounted with these
   * options.
   */
  private String whereaboutsInACacheMounted(String how) throws Exception {
    List<String> mounted = new ArrayList<>(unshare("-m"));
    Path cache = Files.createDirectory(folder.resolve("cache"));
    mounted.addAll(List.of("sh", "-c", how + " && export XDG_CACHE_HOME=$0 && exec \"$@\""));
    mounted.add(cache.toString());
    TinyModel model = TinyModel.classifier(work, "cat", "dog");
    TinyModel.picture(work.resolve("images/a.jpg"), 40, 60);
    dovetail(mounted, model.arguments("predict", work.resolve("images"))).succeeded();
    assertEquals(List.of(), files(temporary), "files left in the temporary directory");
    JsonNode findings = findings(dovetail(mounted, List.of("doctor", "--json")));
    String openCv = text(findings, "OpenCV");
    String onnxRuntime = text(findings, "ONNX Runtime");
    String everyTime = ", unpacked at every start into " + temporary + ", because ";
    assertTrue(openCv.contains(everyTime), openCv);
    assertTrue(onnxRuntime.contains(everyTime), onnxRuntime);
    return openCv + onnxRuntime;
  }

  @Test
  void aNoexecCacheIsNotUsedForNativeLibraries() throws Exception {
    String text = whereaboutsInACacheMounted("mount -t tmpfs -o noexec,mode=700 tmpfs \"$0\"");
    assertTrue(text.contains("does not allow executables (noexec)"), text);
  }

  @Test
  void aFullCacheIsNotUsedForNativeLibraries() throws Exception {
    String text = whereaboutsInACacheMounted("mount -t tmpfs -o size=9m,mode=700 tmpfs \"$0\"");
    assertTrue(text.contains(" has 9 MB free, but "), text);
    assertTrue(text.contains(" MB are needed"), text);
  }

  @Test
  void aReadOnlyCacheIsNotUsedForNativeLibraries() throws Exception {
    String text = whereaboutsInACacheMounted("mount -t tmpfs -o ro,mode=700 tmpfs \"$0\"");
    assertTrue(text.contains(": Read-only file system"), text);
  }

  /** An archive recorded from a failed run would slow down every start. */
  @Test
  void theClassesOfAPredictionAreLoadedFromTheArchive() throws Exception {
    TinyModel model = TinyModel.classifier(work, "cat", "dog");
    TinyModel.picture(work.resolve("images/a.jpg"), 40, 60);
    List<String> command = new ArrayList<>(List.of(LAUNCHER.toString()));
    model.arguments("predict", work.resolve("images")).forEach(a -> command.add(a.toString()));
    ProcessBuilder process = process(command);
    process
        .environment()
        .merge("DOVETAIL_JAVA_OPTS", "-Xlog:class+load:file=classes", (a, b) -> a + " " + b);
    run(process, folder).succeeded();
    for (String type :
        List.of("ai.onnxruntime.OrtSession", Pipeline.class.getName(), "org.opencv.core.Mat")) {
      assertTrue(
          Files.readString(work.resolve("classes")).contains(type + " source: shared objects file"),
          type);
    }
  }
}
