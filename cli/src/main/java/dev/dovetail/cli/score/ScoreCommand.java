package dev.dovetail.cli.score;

import dev.dovetail.cli.console.JsonOption;
import dev.dovetail.cli.console.StrictOption;
import dev.dovetail.data.coco.Warnings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The evaluators alone: predictions of any program in, the reference tools' numbers out. */
@Command(
    name = "score",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Scores predictions as pycocotools (bbox, segm, keypoints), boundary-iou-api",
      "(boundary), lvis-api (lvis), panopticapi (panoptic) or mmsegmentation (semantic)",
      "does.",
      ""
    },
    footer = {
      "",
      "Example:",
      "  dovetail score --type bbox --gt instances_val.json --dt results.bbox.json"
    })
public final class ScoreCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--type",
      required = true,
      paramLabel = "TYPE",
      converter = ScoreType.Names.class,
      completionCandidates = ScoreType.Names.class,
      description = "one of ${COMPLETION-CANDIDATES}")
  private ScoreType type;

  @Option(
      names = "--gt",
      required = true,
      paramLabel = "G",
      description = "ground truth: a COCO JSON file, or a folder of label maps (PNG)")
  private Path truth;

  @Option(
      names = "--dt",
      paramLabel = "D",
      description = "predictions: a COCO results JSON, or a folder of label maps of the same names")
  private Path predictions;

  @Mixin private JsonOption json;

  @Mixin private StrictOption strict;

  @ArgGroup(exclusive = false, heading = "%nTo score a set in parts:%n")
  private PartOptions partOptions;

  @Mixin private ScoreOptions options;

  @Override
  public Integer call() throws IOException {
    json.check();
    options.check(type);
    PartOptions parts = partOptions == null ? new PartOptions() : partOptions;
    parts.check(predictions);
    Warnings warnings = strict.warnings();
    PrintWriter err = spec.commandLine().getErr();
    ScoreInput input = new ScoreInput(truth, predictions, options, warnings, err);
    if (parts.asked()) {
      scoreParts(parts, type.scorer().tally(input), warnings);
    } else {
      report(type.scorer().score(input));
    }
    StrictOption.print(warnings, err);
    return ExitCode.OK;
  }

  private void scoreParts(PartOptions parts, Tally tally, Warnings warnings) throws IOException {
    String written = parts.run(tally, warnings);
    if (written == null) {
      report(tally.score());
    } else {
      spec.commandLine().getOut().println(written);
    }
  }

  private void report(Score score) throws IOException {
    json.report(JsonOption.text(score.text()), score::writeJson);
  }
}
