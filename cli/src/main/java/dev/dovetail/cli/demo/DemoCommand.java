package dev.dovetail.cli.demo;

import dev.dovetail.Dovetail;
import dev.dovetail.DovetailModel;
import dev.dovetail.EvaluationReport;
import dev.dovetail.MissingWeightsException;
import dev.dovetail.cli.console.StopRequest;
import dev.dovetail.cli.console.UsageException;
import dev.dovetail.eval.TextTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Demonstrates the program without any input files. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Draws images that the built-in models have not seen, evaluates both models on them, and"
          + " writes images with the predictions and pages with the scores. No input files are"
          + " needed.",
      ""
    },
    footer = {"", "Example:", "  dovetail demo"})
public final class DemoCommand implements Callable<Integer> {

  private static final String DETECTOR = "sample-mask-rcnn";
  private static final String SEGMENTER = "sample-upernet";

  private static final int MOST_PICTURES = 5000;

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      defaultValue = "dovetail-demo",
      description =
          "output directory: new, empty, or from an earlier demo (default: ${DEFAULT-VALUE})")
  private Path folder;

  @Option(
      names = "--pictures",
      defaultValue = "60",
      paramLabel = "N",
      description = "number of images to draw (default: ${DEFAULT-VALUE})")
  private int pictures;

  @Override
  public Integer call() throws IOException {
    if (pictures < 1 || pictures > MOST_PICTURES) {
      throw new UsageException("--pictures " + pictures + ": expected 1 to " + MOST_PICTURES);
    }
    DemoFolder.check(folder);
    long start = System.nanoTime();
    EvaluationReport objects;
    EvaluationReport pixels;
    PrintWriter err = spec.commandLine().getErr();
    String kept = "the files written so far are kept in " + folder + "; another demo replaces them";
    try (StopRequest stop = StopRequest.ending(err, kept);
        DovetailModel detector = open(DETECTOR);
        DovetailModel segmenter = open(SEGMENTER)) {
      Demo demo = new Demo(DemoFolder.open(folder), pictures, err);
      demo.drawSet();
      objects = demo.detect(detector);
      pixels = demo.segment(segmenter);
    }
    print(objects, pixels, (System.nanoTime() - start) * 1e-9);
    return ExitCode.OK;
  }

  private DovetailModel open(String name) throws IOException {
    PrintWriter err = spec.commandLine().getErr();
    try {
      return Dovetail.model(name).notes(note -> err.println("dovetail: " + note)).open();
    } catch (MissingWeightsException e) {
      throw new IOException(
          "the built-in model " + name + " has no weights in this build of Dovetail", e);
    }
  }

  private void print(EvaluationReport objects, EvaluationReport pixels, double seconds) {
    TextTable table = new TextTable(List.of("model", "finds", "metric", "%"));
    table.add(List.of(DETECTOR, "boxes", "AP", percent(objects, "bbox.AP")));
    table.add(List.of("", "", "AP50", percent(objects, "bbox.AP50")));
    table.add(List.of("", "masks", "AP", percent(objects, "segm.AP")));
    table.add(List.of("", "", "AP50", percent(objects, "segm.AP50")));
    table.add(List.of(SEGMENTER, "classes of pixels", "mIoU", percent(pixels, "mIoU")));
    table.add(List.of("", "", "aAcc", percent(pixels, "aAcc")));
    PrintWriter out = spec.commandLine().getOut();
    table.lines().forEach(out::println);
    out.println();
    out.printf(
        Locale.ROOT,
        "%d images that neither model was trained on; %.0f s. Files in %s:%n",
        pictures,
        seconds,
        folder);
    out.println("  pictures     some of the images with predictions");
    out.println(
        "  reports      scores of boxes, masks and pixels, each with an index.html for a browser");
    out.println("  detection    boxes and masks (COCO), metrics.json");
    out.println("  segmentation label maps, metrics.json");
    out.println("  set          the images and their annotations");
    out.println();
    out.println(
        "Next steps (the models recognize the objects in these images, but not in photos):");
    Path set = folder.resolve("set");
    Path images = set.resolve("images").resolve("val");
    out.println("  dovetail predict " + DETECTOR + " " + images + " --out found");
    out.println(
        "  dovetail eval "
            + (SEGMENTER + " --images " + images)
            + (" --annotations " + set.resolve("annotations").resolve("val")));
    out.println("  dovetail inspect " + DETECTOR);
    out.flush();
  }

  private static String percent(EvaluationReport report, String name) {
    return String.format(Locale.ROOT, "%.1f", 100 * report.value(name));
  }
}
