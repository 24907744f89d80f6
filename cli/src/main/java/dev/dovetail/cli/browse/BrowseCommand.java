package dev.dovetail.cli.browse;

import dev.dovetail.cli.console.StrictOption;
import dev.dovetail.cli.console.UsageException;
import dev.dovetail.eval.report.Page;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.layout.Split;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows a data set: images, annotations, statistics, and possible mistakes. */
@Command(
    name = "browse",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Writes pages about a data set: its images and annotations, statistics of classes, sizes"
          + " and shapes, images without objects, and near-duplicate images. With predictions,"
          + " also annotations that are probably wrong, the clearest disagreement first."
    },
    footer = {
      "",
      "Example:",
      "  dovetail browse coco --out pages",
      "  dovetail browse labels.json run/bbox.json --images photos --out pages",
      "  dovetail browse ADEChallengeData2016 run/label_maps --out pages"
    })
public final class BrowseCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "SET",
      description =
          "a data set: its directory in the published layout, a data.yaml, the file or directory of"
              + " annotations (with --images), a directory with one directory of images per class, or a"
              + " directory of images without annotations")
  private Path set;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "PREDICTIONS",
      description =
          "predictions of 'dovetail eval' or 'dovetail predict': detections (as for score --dt),"
              + " a directory of label maps, or the predictions.jsonl of a classifier")
  private Path predictions;

  @Option(
      names = "--from",
      paramLabel = "FORMAT",
      converter = SetFormat.Names.class,
      completionCandidates = SetFormat.Names.class,
      description = "the format of SET, one of ${COMPLETION-CANDIDATES} (default: detected)")
  private SetFormat format;

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description = "the directory of images, if SET does not contain it")
  private Path images;

  @Option(
      names = "--classes",
      paramLabel = "FILE",
      description =
          "class names, one per line, or a data.yaml, if SET does not contain them (as for"
              + " convert)")
  private Path classes;

  @Option(
      names = "--split",
      paramLabel = "PART",
      defaultValue = "val",
      description = "train or val, if SET has splits (default: ${DEFAULT-VALUE})")
  private String split;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "directory for index.html and pictures.html; existing pages are replaced")
  private Path out;

  @Mixin private StrictOption strict;

  @Override
  public Integer call() throws IOException {
    if (!Files.exists(set)) {
      throw new UsageException("SET: " + set + " does not exist");
    }
    if (predictions != null && !Files.exists(predictions)) {
      throw new UsageException("PREDICTIONS: " + predictions + " does not exist");
    }
    Page.check(out.resolve(Page.FILE));
    Warnings warnings = strict.warnings();
    PrintWriter err = spec.commandLine().getErr();
    SetRequest request =
        new SetRequest(
            set, Optional.ofNullable(images), Optional.ofNullable(classes), part(), warnings);
    BrowsePages pages = new BrowsePages(out, set, request.open(format), warnings, err);
    pages.write(Optional.ofNullable(predictions));
    StrictOption.print(warnings, err);
    spec.commandLine().getOut().println(out.resolve(Page.FILE));
    return ExitCode.OK;
  }

  private Split part() {
    for (Split each : Split.values()) {
      if (each.label().equals(split)) {
        return each;
      }
    }
    throw new UsageException("--split '" + split + "': expected train or val");
  }
}
