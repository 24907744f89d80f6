package dev.dovetail.cli;

import dev.dovetail.cli.console.ConsoleProgress;
import dev.dovetail.cli.console.SizeConverter;
import dev.dovetail.cli.console.StopRequest;
import dev.dovetail.cli.console.UsageException;
import dev.dovetail.formats.Size;
import dev.dovetail.sample.SampleCounts;
import dev.dovetail.sample.SampleOptions;
import dev.dovetail.sample.SampleSet;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Draws a synthetic data set. */
@Command(
    name = "sample",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Draws a synthetic data set: scenes of textured objects that occlude each other, with boxes,"
          + " masks, panoptic maps (in COCO's formats) and label maps (in ADE20K's format). The"
          + " same options produce the same pixels and annotations on every machine.",
      ""
    },
    footer = {
      "",
      "Example:",
      "  dovetail sample scenes",
      "  dovetail sample scenes --train 1000 --val 200 --size 480x640 --seed 7"
    })
final class SampleCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "DIR",
      description = "output directory: new, empty, or an existing sample data set")
  private Path folder;

  @Option(
      names = "--train",
      defaultValue = "240",
      paramLabel = "N",
      description = "number of training images (default: ${DEFAULT-VALUE})")
  private int train;

  @Option(
      names = "--val",
      defaultValue = "60",
      paramLabel = "N",
      description = "number of validation images (default: ${DEFAULT-VALUE})")
  private int val;

  @Option(
      names = "--size",
      defaultValue = "240x320",
      paramLabel = "HxW",
      converter = SizeConverter.class,
      description = "height and width of each image in pixels (default: ${DEFAULT-VALUE})")
  private Size size;

  @Option(
      names = "--seed",
      defaultValue = "0",
      paramLabel = "N",
      description = "random seed; each seed produces different scenes (default: ${DEFAULT-VALUE})")
  private long seed;

  @Option(
      names = "--overwrite",
      description =
          "in a directory that contains other files, replace images, annotations, classes.txt"
              + " and sample-set.json")
  private boolean overwrite;

  @Override
  public Integer call() throws IOException {
    SampleOptions options = options();
    SampleCounts counts;
    PrintWriter err = spec.commandLine().getErr();
    try (ConsoleProgress progress = ConsoleProgress.of(err, "pictures");
        StopRequest stop = StopRequest.ending(err, folder + " is unchanged")) {
      progress.start(options.train() + options.val(), 0);
      counts = SampleSet.draw(folder, options, overwrite, progress::step);
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        folder
            + (": " + train + " training images and " + val + " validation images, ")
            + (SizeConverter.text(size) + ", seed " + seed + "; " + counts.objects())
            + (" objects (" + counts.small() + " small), " + counts.crowds() + " crowds"));
    line(out, "pictures", "images/train", "images/val");
    line(out, "boxes and masks", "annotations/instances_train.json", "…/instances_val.json");
    line(out, "panoptic", "annotations/panoptic_train.json", "…/panoptic_val.json");
    line(out, "label maps", "annotations/train", "annotations/val");
    line(out, "class names", "classes.txt");
    out.println("Evaluate a model on it:");
    String eval = "  dovetail eval CONFIG --weights W --images " + folder.resolve("images/val");
    Path annotations = folder.resolve("annotations");
    out.println(eval + " --annotations " + annotations.resolve("instances_val.json"));
    out.println(eval + " --annotations " + annotations.resolve("val"));
    out.flush();
    return ExitCode.OK;
  }

  private SampleOptions options() {
    try {
      return new SampleOptions(train, val, size, seed);
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage());
    }
  }

  private static void line(PrintWriter out, String what, String... where) {
    out.println("  " + (what + " ".repeat(17)).substring(0, 17) + String.join(", ", where));
  }
}
