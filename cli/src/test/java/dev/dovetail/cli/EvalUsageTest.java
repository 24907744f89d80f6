package dev.dovetail.cli;

import dev.dovetail.testing.FixtureFolders;
import dev.dovetail.testing.SharedFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Errors that {@code eval} reports before it starts. */
class EvalUsageTest {

  @TempDir private Path folder;
  private Path images;
  private Path truth;
  private TinyModel model;

  @BeforeEach
  void write() throws IOException {
    model = TinyModel.detector(folder, "cat", "dog");
    images = folder.resolve("images");
    TinyModel.picture(images.resolve("a.png"), 40, 60);
    truth =
        Files.writeString(
            folder.resolve("truth.json"),
            "{\"images\":[{\"id\":1,\"height\":40,\"width\":60,\"file_name\":\"a.png\"}],"
                + "\"annotations\":[],\"categories\":[{\"id\":1,\"name\":\"cat\"}]}");
  }

  private CommandLineRun eval(Object... more) {
    Object[] args = {"--images", images, "--annotations", truth};
    Object[] all = Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return model.run("eval", all);
  }

  @Test
  void numbersOutOfRangeAreUsageErrors() {
    eval("--limit", 0).failed(Main.USAGE, "--limit 0: expected at least 1");
    eval("--batch", 0).failed(Main.USAGE, "--batch 0: expected at least 1");
    eval("--limit", "all").failed(Main.USAGE, "--limit", "'all'");
  }

  @Test
  void unknownDevicesAndPrecisionsAreUsageErrors() {
    eval("--device", "tpu").failed(Main.USAGE, "'tpu'", "cpu, cuda or cuda:N");
    eval("--precision", "fp8").failed(Main.USAGE, "'fp8'", "FP16");
  }

  @Test
  void missingFilesAreNamed() {
    model
        .run("eval", "--images", folder.resolve("no"), "--annotations", truth)
        .failed(Main.USAGE, "--images", "is not a directory");
    model
        .run("eval", "--images", folder, "--annotations", folder.resolve("no"))
        .failed(Main.USAGE, "--annotations", "does not exist");
    model
        .run("eval", "--images", folder, "--annotations", folder)
        .failed(Main.USAGE, "does not have the layout of a downloaded data set");
    model
        .run("eval", "--images", images, "--annotations", folder)
        .failed(Main.USAGE, "is a directory; this model needs COCO's instances JSON");
    new TinyModel(folder.resolve("no.json"), model.weights())
        .run("eval", "--images", folder, "--annotations", truth)
        .failed(Main.USAGE, "no such config", "no.json");
    model = new TinyModel(model.config(), folder.resolve("no.pth"));
    eval().failed(Main.FAILED, "no.pth", "does not exist");
  }

  @Test
  void anInvalidConfigIsAUsageError() {
    eval("--set", "head.clases=2").failed(Main.USAGE, "head.clases", "did you mean 'head.classes'");
    eval("--set", "head.classes=3").failed(Main.USAGE, "2 names", "head.classes is 3");
  }

  @Test
  void theCheckpointOfAnotherModelIsRejectedWithTheDifferentKeys() throws IOException {
    Path other = Files.createDirectories(folder.resolve("other"));
    Path weights = TinyModel.segmenter(other, "sky", "road").weights();
    model = new TinyModel(model.config(), weights);
    eval()
        .failed(
            Main.FAILED,
            weights + " does not fit the model",
            "missing: neck.lateral_convs.0.conv.weight [8, 16, 1, 1]",
            "unexpected: 'decode_head.");
  }

  @Test
  void anotherNumberOfClassesThanInTheCheckpointIsRejectedByShape() {
    eval("--set", "head.classes=3", "--set", "classes=[]")
        .failed(
            Main.FAILED,
            "a different shape",
            "roi_head.bbox_head.fc_cls.weight is float32 [3, 16], expected",
            "[4, 16]");
  }

  @Test
  void damagedCheckpointsAreRejected() throws IOException {
    byte[] whole = Files.readAllBytes(model.weights());
    Path file = folder.resolve("damaged.safetensors");
    model = new TinyModel(model.config(), file);
    for (int length : new int[] {0, 5, 9, 200, whole.length / 2, whole.length - 1}) {
      Files.write(file, Arrays.copyOf(whole, length));
      eval().failed(Main.FAILED, "damaged.safetensors");
    }
    Files.writeString(file, "no checkpoint at all");
    eval().failed(Main.FAILED, "damaged.safetensors");
  }

  /**
   * Returns a file for a model that predicts objects, or a directory with images for a semantic
   * model.
   */
  private Path annotations(Path model) {
    return model.endsWith("coco-maskrcnn") ? truth : images;
  }

  @Test
  void everyReferenceCheckpointIsRejectedByOtherReferenceConfigs() {
    Path models = SharedFolder.require("models/reference");
    List<Path> folders =
        FixtureFolders.in("models/reference", "config.json")
            .where("shipped config", folder -> Files.exists(config(folder)))
            .found();
    for (Path mine : folders) {
      for (Path other : folders) {
        if (!mine.equals(other)) {
          new TinyModel(config(mine), models.resolve(other.getFileName()).resolve("checkpoint.pth"))
              .run("eval", "--images", images, "--annotations", annotations(mine))
              .failed(Main.FAILED, "does not fit the model");
        }
      }
    }
  }

  private static Path config(Path model) {
    return SharedFolder.projectRoot().resolve("configs/reference/" + model.getFileName() + ".json");
  }
}
