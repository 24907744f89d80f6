package dev.dovetail.cli;

import dev.dovetail.data.coco.CocoDataset;
import dev.dovetail.data.coco.CocoResults;
import dev.dovetail.data.coco.Warnings;
import dev.dovetail.eval.coco.AreaRange;
import dev.dovetail.eval.coco.CocoEvaluation;
import dev.dovetail.eval.coco.CocoParams;
import dev.dovetail.eval.coco.CocoReport;
import dev.dovetail.eval.coco.IouType;
import dev.dovetail.eval.semantic.LabelMapping;
import dev.dovetail.eval.semantic.SemanticEvaluation;
import dev.dovetail.eval.semantic.SemanticReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The evaluators alone: predictions of any program in, the reference tools' numbers out. */
@Command(
    name = "score",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Scores predictions as pycocotools (bbox, segm) or mmsegmentation (semantic) does.",
      ""
    },
    footer = {
      "",
      "Example:",
      "  dovetail score --type bbox --gt instances_val.json --dt results.bbox.json"
    })
final class ScoreCommand implements Callable<Integer> {

  /** What is scored. */
  enum Type {
    BBOX,
    SEGM,
    SEMANTIC
  }

  @Spec private CommandSpec spec;

  @Option(
      names = "--type",
      required = true,
      paramLabel = "TYPE",
      description = "bbox, segm or semantic")
  private Type type;

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

  @ArgGroup(exclusive = false, heading = "%nFor bbox and segm:%n")
  private Coco coco;

  @ArgGroup(exclusive = false, heading = "%nFor semantic:%n")
  private Semantic semantic;

  /** The parameters of pycocotools. */
  static final class Coco {

    @Option(
        names = "--iou-thrs",
        split = ",",
        paramLabel = "T",
        description = "IoU thresholds (default: 0.5,0.55,...,0.95)")
    private double[] iouThresholds;

    @Option(
        names = "--max-dets",
        split = ",",
        paramLabel = "N",
        description = "detections counted per image and category (default: 1,10,100)")
    private int[] maxDets;

    @Option(
        names = "--area-ranges",
        split = ",",
        paramLabel = "NAME:LO:HI",
        converter = AreaConverter.class,
        description = "size classes in square pixels, such as all:0:1e10,small:0:1024")
    private List<AreaRange> areas;

    @Option(names = "--no-cats", description = "match whatever the categories")
    private boolean withoutCategories;

    @Option(
        names = "--img-ids",
        split = ",",
        paramLabel = "ID",
        description = "images to score (default: all)")
    private long[] imageIds;

    @Option(
        names = "--cat-ids",
        split = ",",
        paramLabel = "ID",
        description = "categories to score (default: all)")
    private long[] categoryIds;

    @Option(
        names = "--hashes",
        description = "add array_sha256_f64le to the JSON: equal where two results are, bit by bit")
    private boolean hashes;

    CocoParams params() {
      CocoParams params = CocoParams.defaults().withCategories(!withoutCategories);
      try {
        params = iouThresholds == null ? params : params.withIouThresholds(iouThresholds);
        params = maxDets == null ? params : params.withMaxDets(maxDets);
        params = areas == null ? params : params.withAreas(areas);
        params = imageIds == null ? params : params.withImageIds(imageIds);
        return categoryIds == null ? params : params.withCategoryIds(categoryIds);
      } catch (IllegalArgumentException e) {
        throw new UsageException(e.getMessage());
      }
    }
  }

  /** The parameters of mmsegmentation. */
  static final class Semantic {

    @Option(
        names = "--classes",
        paramLabel = "N",
        required = true,
        description = "number of classes; predictions are 0 to N - 1")
    private int classes;

    @Option(
        names = "--ignore-index",
        paramLabel = "I",
        defaultValue = "255",
        description = "ground-truth value that is left out (default: ${DEFAULT-VALUE})")
    private int ignoreIndex;

    @Option(
        names = "--reduce-zero-label",
        description = "in the ground truth 0 is void and class c is stored as c + 1 (ADE20K)")
    private boolean reduceZeroLabel;

    @Option(
        names = "--label-map",
        paramLabel = "NAME",
        description =
            "what ground-truth values and file names mean: cityscapes (label ids become the 19"
                + " train ids)")
    private LabelTable labelMap;

    LabelMapping mapping() {
      if (classes < 1 || classes > 65536) {
        throw new UsageException("--classes is " + classes + "; expected 1 to 65536");
      }
      if (labelMap == null) {
        return new LabelMapping(ignoreIndex, reduceZeroLabel, Map.of());
      }
      if (reduceZeroLabel) {
        throw new UsageException("--reduce-zero-label and --label-map exclude each other");
      }
      return LabelMapping.cityscapes();
    }

    LabelMapScore.Naming naming() {
      return labelMap == null ? LabelMapScore.Naming.SAME : LabelMapScore.Naming.CITYSCAPES;
    }
  }

  /** Tables of ground-truth values that are known by name. */
  enum LabelTable {
    CITYSCAPES
  }

  /** Reads {@code name:low:high}. */
  static final class AreaConverter implements ITypeConverter<AreaRange> {
    @Override
    public AreaRange convert(String text) {
      String[] parts = text.split(":", -1);
      try {
        if (parts.length == 3 && !parts[0].isEmpty()) {
          return new AreaRange(
              parts[0], Double.parseDouble(parts[1]), Double.parseDouble(parts[2]));
        }
      } catch (NumberFormatException e) {
        // the sentence below says it
      }
      throw new TypeConversionException(
          "'" + text + "' is no size class; expected NAME:LOW:HIGH, such as small:0:1024");
    }
  }

  @Override
  public Integer call() throws IOException {
    json.check();
    Warnings warnings = strict.warnings();
    if (type == Type.SEMANTIC) {
      scoreLabelMaps(warnings);
    } else {
      scoreObjects(warnings);
    }
    StrictOption.print(warnings, spec.commandLine().getErr());
    return Dovetail.OK;
  }

  private void scoreObjects(Warnings warnings) throws IOException {
    if (semantic != null) {
      throw new UsageException("--classes and the options after it are for --type semantic");
    }
    requireFile("--gt", truth);
    requireFile("--dt", predictions);
    JsonShape.requireOrder(truth, predictions);
    Coco options = coco == null ? new Coco() : coco;
    CocoDataset dataset = CocoDataset.read(truth, warnings);
    CocoResults results = CocoResults.read(predictions, warnings);
    IouType iouType = type == Type.BBOX ? IouType.BBOX : IouType.SEGM;
    CocoEvaluation evaluation =
        CocoEvaluation.of(dataset, results, iouType, options.params(), warnings);
    List<String> text = new ArrayList<>(CocoReport.summary(evaluation));
    text.add("");
    text.addAll(CocoReport.categories(evaluation));
    json.report(text, out -> CocoReport.writeJson(out, evaluation, options.hashes));
  }

  private void scoreLabelMaps(Warnings warnings) throws IOException {
    if (coco != null) {
      throw new UsageException(
          "--iou-thrs, --max-dets and the options beside are for --type bbox and segm");
    }
    if (semantic == null) {
      throw new UsageException("--type semantic needs --classes N, the number of classes");
    }
    LabelMapping mapping = semantic.mapping();
    PrintWriter err = spec.commandLine().getErr();
    try (ConsoleProgress progress = ConsoleProgress.of(err, "label maps")) {
      SemanticEvaluation evaluation =
          LabelMapScore.of(
              truth, predictions, semantic.naming(), semantic.classes, mapping, warnings, progress);
      List<String> text = new ArrayList<>(SemanticReport.classes(evaluation, List.of()));
      text.add("");
      text.addAll(SemanticReport.summary(evaluation));
      progress.close();
      json.report(text, out -> SemanticReport.writeJson(out, evaluation));
    }
  }

  private static void requireFile(String option, Path path) {
    if (Files.isDirectory(path)) {
      throw new UsageException(
          option + " " + path + " is a folder; expected a JSON file (folders: --type semantic)");
    }
  }
}
