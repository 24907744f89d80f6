package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.Trainer;
import dev.dovetail.TrainingData;
import dev.dovetail.TrainingOptions;
import dev.dovetail.formats.Size;
import dev.dovetail.images.ImageReader;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The checks, options, output and exit codes of {@code train}, without training. */
class TrainCommandTest {

  @TempDir private Path folder;
  private Path config;
  private Path images;
  private Path truth;
  private Path out;

  @BeforeEach
  void write() throws IOException {
    config = TinyModel.detector(folder, "cat", "dog").config();
    images = Files.createDirectories(folder.resolve("images"));
    truth = Files.writeString(folder.resolve("truth.json"), "{}");
    out = folder.resolve("run");
    FakeTrainer.asked = null;
  }

  private CommandLineRun train(Object... more) {
    List<Object> all = new ArrayList<>(List.of("train", config, "--images", images));
    all.addAll(List.of(more));
    return CommandLineRun.of(all.toArray());
  }

  private CommandLineRun trainDetector(Object... more) {
    List<Object> all = new ArrayList<>(List.of("--annotations", truth, "--out", out));
    all.addAll(List.of(more));
    return train(all.toArray());
  }

  private static void assertNothingBegan(CommandLineRun refused) {
    assertEquals("", refused.out());
    assertNull(FakeTrainer.asked);
  }

  @Test
  void everyOptionReachesTheTrainer() throws IOException {
    Path weights = Files.writeString(folder.resolve("w.pth"), "");
    Path validation = Files.createDirectory(folder.resolve("val"));
    trainDetector(
            "--val-images",
            validation,
            "--val-annotations",
            truth,
            "--weights",
            weights,
            "--weights-key",
            "ema",
            "--freeze",
            "backbone",
            "--freeze",
            "neck",
            "--resume",
            "--set",
            "training.batch=4",
            "--set",
            "training.iterations=9")
        .succeeded();
    TrainingOptions asked = FakeTrainer.asked;
    assertEquals(config.toString(), asked.model());
    assertEquals(List.of("training.batch=4", "training.iterations=9"), asked.overrides());
    assertEquals(new TrainingData(images, truth), asked.data());
    assertEquals(Optional.of(new TrainingData(validation, truth)), asked.validation());
    assertEquals(
        new TrainingOptions.Start(Optional.of(weights), Optional.of("ema"), true), asked.start());
    assertEquals(List.of("backbone", "neck"), asked.freeze());
    assertEquals(out, asked.out());
  }

  @Test
  void withoutFurtherOptionsItStartsFromScratchWithoutValidation() {
    trainDetector().succeeded();
    TrainingOptions asked = FakeTrainer.asked;
    assertEquals(Optional.empty(), asked.validation());
    assertEquals(TrainingOptions.Start.scratch(), asked.start());
    assertEquals(List.of(), asked.freeze());
  }

  @Test
  void validationUsesTheSameImagesUnlessOthersAreSpecified() {
    trainDetector("--val-annotations", truth).succeeded();
    assertEquals(Optional.of(new TrainingData(images, truth)), FakeTrainer.asked.validation());
  }

  @Test
  void theDirectoryOfADataSetProvidesBothSplits() throws IOException {
    CommandLineRun.of("train", config, "--data", folder, "--out", out).succeeded();
    TrainingData both = new TrainingData(folder, folder);
    assertEquals(both, FakeTrainer.asked.data());
    assertEquals(Optional.of(both), FakeTrainer.asked.validation());
    FakeTrainer.asked = null;
    assertNothingBegan(
        trainDetector("--data", folder)
            .failed(Main.USAGE, "--data replaces --images, --annotations"));
    assertNothingBegan(
        CommandLineRun.of("train", config, "--out", out)
            .failed(Main.USAGE, "Missing required option: '--data=DIR' or '--images=DIR'"));
  }

  @Test
  void aClassifierNeedsNoAnnotations() throws IOException {
    config = TinyModel.classifier(folder, "cat", "dog").config();
    Path validation = Files.createDirectory(folder.resolve("val"));
    train("--val-images", validation, "--out", out).succeeded();
    assertEquals(new TrainingData(images, images), FakeTrainer.asked.data());
    assertEquals(
        Optional.of(new TrainingData(validation, validation)), FakeTrainer.asked.validation());
  }

  @Test
  void invalidInputIsRejectedBeforehand() throws IOException {
    Path no = folder.resolve("no");
    assertNothingBegan(
        train("--out", out).failed(Main.USAGE, "Missing required option: '--annotations"));
    assertNothingBegan(
        train("--annotations", truth).failed(Main.USAGE, "Missing required option: '--out"));
    assertNothingBegan(
        trainDetector("--val-images", images).failed(Main.USAGE, "--val-images needs"));
    assertNothingBegan(
        trainDetector("--val-images", no, "--val-annotations", truth)
            .failed(Main.USAGE, "--val-images " + no + " is not a directory"));
    assertNothingBegan(
        trainDetector("--val-annotations", no)
            .failed(Main.USAGE, "--val-annotations " + no + " does not exist"));
    assertNothingBegan(
        train("--annotations", no, "--out", out)
            .failed(Main.USAGE, "--annotations " + no + " does not exist"));
    assertNothingBegan(
        CommandLineRun.of("train", config, "--images", truth, "--out", out)
            .failed(Main.USAGE, "--images " + truth + " is not a directory"));
    assertNothingBegan(
        train("--annotations", truth, "--out", truth)
            .failed(Main.USAGE, "--out " + truth + " is a file"));
    assertNothingBegan(trainDetector("--weights", no).failed(Main.FAILED, "no such file: " + no));
    assertNothingBegan(
        trainDetector("--weights-key", "ema").failed(Main.USAGE, "--weights-key needs --weights"));
    assertNothingBegan(trainDetector("--freeze", "").failed(Main.USAGE, "--freeze: expected"));
    assertNothingBegan(
        trainDetector("--set", "head.clases=2").failed(Main.USAGE, "head.clases", "did you mean"));
    assertNothingBegan(
        CommandLineRun.of("train", "nothing", "--images", images, "--out", out)
            .failed(Main.USAGE, "no such config: nothing"));
    assertFalse(Files.exists(out));
  }

  @Test
  void aResumedRunReportsWhereItStarts() {
    CommandLineRun resumed = trainDetector("--resume").succeeded();
    assertTrue(resumed.err().contains("resuming after 2 of 4 iterations"), resumed.err());
  }

  @Test
  void theSummaryContainsTheWrittenFilesAndTheNextStep() {
    CommandLineRun run = trainDetector("--val-annotations", truth).succeeded();
    String text = run.out().replaceAll("\\R", "\n");
    for (String part :
        List.of(
            out + ": trained for 4 iterations",
            "best    " + out.resolve("best.safetensors"),
            "after 4 iterations: bbox AP 12.5%",
            "last    " + out.resolve("last.safetensors"),
            "report  " + out.resolve("report.html"),
            "dovetail predict " + out.resolve("config.json"),
            "--weights " + out.resolve("best.safetensors") + " photo.jpg")) {
      assertTrue(text.contains(part), "no '" + part + "' in:\n" + text);
    }
    assertTrue(run.err().contains("iteration 4: bbox AP 12.5%, the best so far"), run.err());
    assertTrue(run.err().contains("dovetail: something to read"), run.err());
    CommandLineRun blind = trainDetector().succeeded();
    assertTrue(blind.out().contains("--weights " + out.resolve("last.safetensors")), blind.out());
  }

  @Test
  void aDivergingTrainingEndsWithItsMessage() {
    trainDetector("--set", "training.fake=diverge")
        .failed(Main.FAILED, "dovetail: the loss of iteration 2 is not finite");
  }

  @Test
  void theFirstBatchIsDrawnWithoutARunFolder() throws IOException {
    Path picture = folder.resolve("batch.png");
    train("--annotations", truth, "--show-batch", picture).succeeded();
    assertEquals(new Size(2, 3), ImageReader.read(picture).size());
    FakeTrainer.asked = null;
    assertNothingBegan(
        CommandLineRun.of(
                "train",
                config,
                "--images",
                images,
                "--annotations",
                truth,
                "--show-batch",
                folder.resolve("batch.gif"))
            .failed(Main.USAGE, "expected a .png or .jpg file"));
  }

  @Test
  void withoutTheArtifactItReportsWhatIsMissing() {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(
        new ClassLoader(before) {
          @Override
          public Enumeration<URL> getResources(String name) throws IOException {
            return name.endsWith(Trainer.class.getName())
                ? Collections.emptyEnumeration()
                : super.getResources(name);
          }
        });
    try {
      assertNothingBegan(trainDetector().failed(Main.FAILED, "dovetail-train", "class path"));
    } finally {
      thread.setContextClassLoader(before);
    }
    assertFalse(Files.exists(out));
  }

  private ProgramRun program(String fake) throws Exception {
    return ProgramRun.of(
        folder,
        List.of(),
        "dovetail train tiny.json --images images --annotations truth.json --out run --set"
            + " training.fake="
            + fake);
  }

  @Test
  void aSignalEndsTheTrainingAfterItsStateIsSaved() throws Exception {
    ProgramRun run = program("stop");
    assertEquals(128 + 15, run.code(), run.toString());
    assertTrue(run.err().contains("stopping after this step"), run.err());
    assertTrue(run.out().contains("run: stopped after 2 of 4"), run.out());
    assertTrue(run.out().contains("--resume"), run.out());
  }

  @Test
  void aSignalDuringAnEvaluationReportsHowToContinue() throws Exception {
    ProgramRun run = program("stop-evaluation");
    assertEquals(128 + 15, run.code(), run.toString());
    assertTrue(run.err().contains("the evaluation was stopped"), run.err());
    assertTrue(run.err().contains("--resume"), run.err());
  }

  @Test
  void aSecondSignalEndsTheProgramImmediately() throws Exception {
    ProgramRun run = program("deaf");
    assertEquals(128 + 15, run.code(), run.toString());
    assertEquals("", run.out());
  }
}
