package dev.dovetail.cli.score;

import dev.dovetail.cli.console.ConsoleProgress;
import dev.dovetail.cli.console.JsonOption;
import dev.dovetail.cli.console.StrictOption;
import dev.dovetail.cli.console.UsageException;
import dev.dovetail.cli.report.ReportFolder;
import dev.dovetail.cli.score.coco.ErrorOptions;
import dev.dovetail.cli.score.scorer.Score;
import dev.dovetail.cli.score.scorer.ScoreInput;
import dev.dovetail.cli.score.scorer.ScoreInput.Depth;
import dev.dovetail.cli.score.scorer.Tally;
import dev.dovetail.eval.bootstrap.Bootstrap;
import dev.dovetail.formats.Warnings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Scores predictions of any program with the numbers of the reference tools. */
@Command(
    name = "score",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Computes the metrics of predictions: COCO, LVIS, boundary AP, panoptic quality,"
          + " mIoU, Cityscapes, accuracy.",
      "",
      "The results equal those of pycocotools (bbox, segm, keypoints), boundary-iou-api"
          + " (boundary), lvis-api (lvis), panopticapi (panoptic), mmsegmentation (semantic),"
          + " cityscapesScripts (cityscapes) and torchvision (classification).",
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
      description =
          "ground truth: a COCO JSON file, a directory of label maps (PNG), a directory with one"
              + " directory of images per class, or (panoptic, cityscapes) the directory of a data"
              + " set in its published layout")
  private Path truth;

  @Option(
      names = "--dt",
      paramLabel = "D",
      description =
          "predictions: a COCO results JSON, a directory of label maps with the same names, the"
              + " predictions.jsonl of a classifier, or (cityscapes) a directory in the submission"
              + " format")
  private Path predictions;

  @Mixin private JsonOption json;

  @Mixin private StrictOption strict;

  @ArgGroup(exclusive = false, heading = "%nScoring a data set in parts:%n")
  private PartOptions partOptions;

  @Mixin private ScoreOptions options;

  @Mixin private ReportOptions reportOptions;

  @Override
  public Integer call() throws IOException {
    json.check();
    options.check(type);
    PartOptions parts = partOptions == null ? new PartOptions() : partOptions;
    parts.check(spec, predictions);
    if (parts.asked() && (options.compares() || options.group(ErrorOptions.class).isAsked())) {
      throw new UsageException(
          "the error analysis and the comparison need the predictions of all images; omit"
              + " --save-state, --slice and --merge");
    }
    reportOptions.check(parts);
    Optional<Bootstrap> bootstrap = options.compare().map(CompareOptions::bootstrap);
    Warnings warnings = strict.warnings();
    PrintWriter err = spec.commandLine().getErr();
    Depth depth = reportOptions.isRequested() ? Depth.ALL : Depth.AS_ASKED;
    ScoreInput input = new ScoreInput(truth, predictions, options, warnings, err, depth);
    if (parts.asked()) {
      input.requireFileToReadTwice("--save-state or --merge");
      scoreParts(parts, type.scorer().tally(input), input);
    } else if (bootstrap.isPresent()) {
      input.requireFileToReadTwice("--compare");
      report(compared(input, options.compare().orElseThrow().other(), bootstrap.get()), input);
    } else {
      report(type.scorer().score(input), input);
    }
    StrictOption.print(warnings, err);
    return ExitCode.OK;
  }

  private void scoreParts(PartOptions parts, Tally tally, ScoreInput input) throws IOException {
    Optional<SavedState> saved = parts.run(tally, input.warnings());
    if (saved.isPresent()) {
      json.report(JsonOption.text(List.of(saved.get().text())), saved.get()::writeJson);
    } else {
      report(tally.score(), input);
    }
  }

  private Score compared(ScoreInput input, Path others, Bootstrap bootstrap) throws IOException {
    Warnings ofOthers = strict.warnings();
    Score score = type.scorer().score(input);
    Score other = type.scorer().score(input.withPredictions(others, ofOthers));
    // The ground truth is read twice. Its warnings are printed once.
    StrictOption.print(ofOthers.entriesBeyond(input.warnings()), input.err());
    try (ConsoleProgress progress = ConsoleProgress.of(input.err(), "resamples")) {
      progress.start(bootstrap.resamples(), 0);
      return new ComparedScore(
          score, bootstrap.compare(score.resamplable(), other.resamplable(), progress::step));
    }
  }

  private void report(Score score, ScoreInput input) throws IOException {
    Optional<ReportFolder> report = reportOptions.folder(type, truth);
    if (report.isPresent()) {
      String title = predictions == null ? "Scores" : "Scores of " + predictions.getFileName();
      report.get().write(title, about(), score, input.warnings(), input.err());
    }
    json.report(JsonOption.text(score.text()), new ScoreDocument(type.toString(), score));
  }

  private Map<String, String> about() {
    Map<String, String> about = new LinkedHashMap<>();
    about.put("type", type.toString());
    about.put("ground truth", truth.toString());
    if (predictions != null) {
      about.put("predictions", predictions.toString());
    }
    options.compare().ifPresent(compare -> about.put("compared with", compare.other().toString()));
    return about;
  }
}
