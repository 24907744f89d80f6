package dev.dovetail.cli.convert;

import dev.dovetail.cli.console.ClassNamesOption;
import dev.dovetail.cli.console.OutputOption;
import dev.dovetail.cli.console.StrictOption;
import dev.dovetail.cli.console.UsageException;
import dev.dovetail.cli.labels.ImageFiles;
import dev.dovetail.cli.labels.ImagePlacement;
import dev.dovetail.cli.labels.LabelFormat;
import dev.dovetail.cli.labels.LabelRequest;
import dev.dovetail.cli.labels.LabelSource;
import dev.dovetail.cli.labels.LabelTarget;
import dev.dovetail.cli.labels.TargetRequest;
import dev.dovetail.formats.LabelledObject;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.CocoCategory;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.voc.VocAnnotation.Pixels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Converts labels or detections from one format to another. */
@Command(
    name = "convert",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Converts labels or detections between the formats of data sets and annotation tools.",
      "",
      "Objects: coco, yolo, voc, labelme, cvat, label-studio, csv, json (from predict),"
          + " instances (PNG), cityscapes.",
      "Label maps (PNG): masks, voc-masks, ade20k, cityscapes-masks. Segments: coco-panoptic.",
      ""
    },
    footer = {
      "",
      "Example:",
      "  dovetail convert --from yolo --images val --labels labels/val \\",
      "      --classes names.txt --out instances_val.json",
      "  dovetail convert --from coco --labels instances_val.json --to yolo --out set",
      "  dovetail convert --from cvat --labels annotations.xml --to masks --out maps",
      "  dovetail convert --from yolo --images val --labels runs/labels \\",
      "      --classes names.txt --detections-of instances_val.json --out results.json"
    })
public final class ConvertCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--from",
      required = true,
      paramLabel = "FORMAT",
      converter = LabelFormat.ReadNames.class,
      completionCandidates = LabelFormat.ReadNames.class,
      description = "one of ${COMPLETION-CANDIDATES}")
  private LabelFormat from;

  @Option(
      names = "--to",
      defaultValue = "coco",
      paramLabel = "FORMAT",
      converter = LabelFormat.WrittenNames.class,
      completionCandidates = LabelFormat.WrittenNames.class,
      description = "one of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  private LabelFormat to;

  @Option(
      names = "--labels",
      required = true,
      paramLabel = "PATH",
      description =
          "the label files: a file (coco, coco-panoptic, cvat, label-studio, csv, json, or a"
              + " data.yaml of yolo) or a directory (other formats)")
  private Path labels;

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description =
          "the images, for sizes that the labels lack (yolo: required; voc: sizes are checked)")
  private Path images;

  @Option(
      names = "--classes",
      paramLabel = "FILE",
      description =
          "class names, one per line, in the order of their ids, or a data.yaml (default: the"
              + " names in the labels, or a data.yaml or classes.txt next to them, or all names"
              + " that occur, in alphabetical order)")
  private Path classes;

  @Option(
      names = "--part",
      paramLabel = "PART",
      description = "the split of a data.yaml to read: train, val or test")
  private String part;

  @Option(
      names = "--split",
      paramLabel = "FILE",
      description =
          "names or paths of the images to convert, one per line; they are written in this order")
  private Path split;

  @Option(
      names = "--detections-of",
      paramLabel = "G",
      description = "the labels are detections with scores; use the ids of this ground truth")
  private Path truth;

  @Option(
      names = "--detections",
      description = "the labels are detections with scores, without ground truth")
  private boolean detections;

  @Option(
      names = "--with-images",
      paramLabel = "HOW",
      description =
          "yolo, voc, voc-masks: also add the images to the data set; one of"
              + " ${COMPLETION-CANDIDATES} (copies or symbolic links; default: none)")
  private ImagePlacement.Kind withImages;

  @Option(names = "--boxes", description = "write only boxes, without masks and outlines")
  private boolean boxes;

  @Option(
      names = "--zero-based",
      description =
          "voc: boxes are pixel edges counted from 0; by default, they are pixels counted from"
              + " 1 with the last one included, as in the VOC challenge")
  private boolean zeroBased;

  @Option(
      names = {"-o", "--out"},
      required = true,
      paramLabel = "PATH",
      description =
          "the file to write (coco, cvat, label-studio, csv) or the directory to write (other"
              + " formats), which must be new or empty")
  private Path out;

  @Mixin private StrictOption strict;

  @Override
  public Integer call() throws IOException {
    check();
    Warnings warnings = strict.warnings();
    String written;
    if (to.isFolder()) {
      try (NewFolder folder = NewFolder.create(out)) {
        written = write(folder.path(), warnings);
        folder.commit();
      }
    } else {
      OutputOption.check(spec, "--out", out);
      written = write(out, warnings);
    }
    spec.commandLine().getOut().println(out + ": " + written);
    noteImages();
    StrictOption.print(warnings, spec.commandLine().getErr());
    return ExitCode.OK;
  }

  private void check() {
    if (zeroBased && from != LabelFormat.VOC && to != LabelFormat.VOC) {
      throw new UsageException("--zero-based requires --from voc or --to voc");
    }
    if (part != null && !isYaml()) {
      throw new UsageException("--part requires --from yolo with --labels data.yaml");
    }
    if (isYaml() && images != null) {
      throw new UsageException(
          "a data.yaml specifies the location of the images; omit --images, or specify the"
              + " directory of labels");
    }
    if (detections && truth != null) {
      throw new UsageException("--detections-of implies --detections; specify only one of them");
    }
    boolean more = images != null || classes != null || truth != null || detections;
    if (from == LabelFormat.CITYSCAPES && more) {
      throw new UsageException(
          "--from cityscapes reads only the maps in --labels; omit --images, --classes,"
              + " --detections-of and --detections");
    }
    if (withImages != null && ImagePlacement.folder(to).isEmpty()) {
      throw new UsageException(
          "--with-images requires --to yolo, voc or voc-masks; --to " + to + " stores only labels");
    }
    if (withImages != null && images == null && !isYaml()) {
      throw new UsageException("--with-images " + withImages + " needs --images DIR");
    }
    if ((truth != null || detections) && to.isMaps()) {
      throw new UsageException("--to " + to + " cannot store the scores of detections");
    }
  }

  private boolean isYaml() {
    return from == LabelFormat.YOLO && labels.toString().matches("(?i).*\\.ya?ml");
  }

  private String write(Path place, Warnings warnings) throws IOException {
    ImageFiles files = images == null ? null : ImageFiles.in(images);
    List<String> names = classes == null ? List.of() : ClassNamesOption.read("--classes", classes);
    Pixels pixels = zeroBased ? Pixels.FROM_ZERO : Pixels.FROM_ONE;
    boolean scored = truth != null || detections;
    LabelRequest request = new LabelRequest(labels, files, names, scored, pixels, warnings);
    CocoDataset ground = truth == null ? null : CocoDataset.read(truth, warnings);
    LabelSource source = from.open(request, part, ground);
    List<CocoCategory> categories = ground == null ? source.categories() : ground.categories();
    boolean maps = source.isMaps() && to.isMaps();
    String background = LabelFormat.background(from);
    Set<String> leftOut = maps || background.isEmpty() ? Set.of() : Set.of(background);
    TargetRequest target =
        new TargetRequest(
            place,
            categories.stream().filter(c -> !leftOut.contains(c.name())).toList(),
            scored || source.isScored(),
            ground,
            pixels,
            maps,
            source.stuff(),
            warnings);
    Conversion conversion =
        new Conversion(
            source,
            split == null ? source.names() : new SplitFile(split).names(source),
            target.categories(),
            leftOut);
    UnaryOperator<LabelledObject> change = o -> boxes ? o.boxAlone() : o;
    ImageFiles there = files == null ? source.images().orElse(null) : files;
    try (LabelTarget writing = to.create(target)) {
      Conversion.Step step = then(matching(ground), placing(place, there, warnings));
      String counts = conversion.write(writing, step, change);
      return counts + ", " + target.categories().size() + " classes";
    }
  }

  private static Conversion.Step matching(@Nullable CocoDataset ground) {
    return ground == null ? image -> image : LabelFormat.matching(ground)::match;
  }

  private Conversion.Step placing(Path place, @Nullable ImageFiles there, Warnings warnings) {
    Optional<String> folder = ImagePlacement.folder(to);
    if (withImages == null || there == null || folder.isEmpty()) {
      return image -> image;
    }
    return new ImagePlacement(withImages, there, place.resolve(folder.get()), warnings)::put;
  }

  private static Conversion.Step then(Conversion.Step first, Conversion.Step second) {
    return image -> second.apply(first.apply(image));
  }

  /** Prints where the data set expects its images, if they were not added. */
  private void noteImages() {
    if (withImages == null && to == LabelFormat.YOLO && truth == null && !detections) {
      spec.commandLine()
          .getErr()
          .println(
              "dovetail: the data set expects its images in "
                  + out.resolve("images")
                  + "; add them with --with-images copy or link");
    }
  }
}
