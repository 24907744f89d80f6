package dev.dovetail.cli.score;

import dev.dovetail.cli.console.JsonOption;
import dev.dovetail.cli.console.StrictOption;
import dev.dovetail.data.coco.Warnings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
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
      "Scores predictions as pycocotools (bbox, segm), panopticapi (panoptic) or",
      "mmsegmentation (semantic) does.",
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
      required = true,
      paramLabel = "D",
      description = "predictions: a COCO results JSON, or a folder of label maps of the same names")
  private Path predictions;

  @Mixin private JsonOption json;

  @Mixin private StrictOption strict;

  @Mixin private ScoreOptions options;

  @Override
  public Integer call() throws IOException {
    json.check();
    options.check(type);
    Warnings warnings = strict.warnings();
    PrintWriter err = spec.commandLine().getErr();
    Score score = type.scorer().score(new ScoreInput(truth, predictions, options, warnings, err));
    json.report(JsonOption.text(score.text()), score::writeJson);
    StrictOption.print(warnings, err);
    return ExitCode.OK;
  }
}
