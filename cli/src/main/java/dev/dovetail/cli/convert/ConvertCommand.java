package dev.dovetail.cli.convert;

import dev.dovetail.cli.console.ClassNamesOption;
import dev.dovetail.cli.console.OutputOption;
import dev.dovetail.cli.console.StrictOption;
import dev.dovetail.cli.console.UsageException;
import dev.dovetail.files.TextFile;
import dev.dovetail.files.WrittenName;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.datasets.CityscapesTruth;
import dev.dovetail.formats.voc.VocAnnotation.Pixels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Labels or detections of YOLO and Pascal VOC, and Cityscapes' objects, become COCO's files, which
 * {@code score} reads.
 */
@Command(
    name = "convert",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Writes YOLO or Pascal VOC labels, or detections, or Cityscapes' objects as a COCO JSON"
          + " file.",
      ""
    },
    footer = {
      "",
      "Example:",
      "  dovetail convert --from yolo --images val --labels labels/val \\",
      "      --classes names.txt --out instances_val.json",
      "  dovetail convert --from yolo --images val --labels runs/labels \\",
      "      --classes names.txt --detections-of instances_val.json --out results.json"
    })
public final class ConvertCommand implements Callable<Integer> {

  /** What is read. */
  enum From {
    YOLO,
    VOC,
    CITYSCAPES
  }

  /** What is written. */
  enum To {
    COCO
  }

  @Spec private CommandSpec spec;

  @Option(
      names = "--from",
      required = true,
      paramLabel = "FORMAT",
      description = "yolo, voc or cityscapes")
  private From from;

  @Option(
      names = "--to",
      defaultValue = "coco",
      paramLabel = "FORMAT",
      description = "coco (the default)")
  private To to;

  @Option(
      names = "--labels",
      required = true,
      paramLabel = "DIR",
      description = "the label files: TXT (yolo), XML (voc), *_gtFine_instanceIds.png (cityscapes)")
  private Path labels;

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description = "the images (yolo: their sizes are needed; voc: sizes are compared with them)")
  private Path images;

  @Option(
      names = "--classes",
      paramLabel = "FILE",
      description =
          "names of the classes, one a line, in the order of their ids, or a data.yaml (yolo: needed;"
              + " voc: default is all that occur, by the alphabet)")
  private Path classes;

  @Option(
      names = "--split",
      paramLabel = "FILE",
      description = "names or paths of the images to take, one a line, in this order")
  private Path split;

  @Option(
      names = "--detections-of",
      paramLabel = "G",
      description = "the labels are detections with scores; ids are those of this ground truth")
  private Path truth;

  @Option(
      names = "--zero-based",
      description =
          "voc: boxes are edges from 0 on; without, pixels from 1 on, the last included, as in the"
              + " challenge")
  private boolean zeroBased;

  @Option(
      names = {"-o", "--out"},
      required = true,
      paramLabel = "FILE",
      description = "the JSON file to write")
  private Path out;

  @Mixin private StrictOption strict;

  @Override
  public Integer call() throws IOException {
    OutputOption.check(spec, "--out", out);
    if (from == From.CITYSCAPES) {
      requireLabelsAlone();
      String objects = Conversion.writeObjects(out, CityscapesTruth.read(labels).objects());
      spec.commandLine().getOut().println(out + ": " + objects);
      return ExitCode.OK;
    }
    Warnings warnings = strict.warnings();
    LabelSource source = source(warnings);
    Conversion conversion = new Conversion(source, names(source));
    String written =
        truth == null
            ? conversion.writeTruth(out)
            : conversion.writeDetections(out, CocoDataset.read(truth, warnings));
    spec.commandLine().getOut().println(out + ": " + written);
    StrictOption.print(warnings, spec.commandLine().getErr());
    return ExitCode.OK;
  }

  private void requireLabelsAlone() {
    if (images != null || classes != null || split != null || truth != null || zeroBased) {
      throw new UsageException(
          "--from cityscapes reads the maps of --labels alone; leave out --images, --classes,"
              + " --split, --detections-of and --zero-based");
    }
  }

  private LabelSource source(Warnings warnings) throws IOException {
    List<String> names = classes == null ? List.of() : ClassNamesOption.read("--classes", classes);
    if (from == From.VOC) {
      Pixels pixels = zeroBased ? Pixels.FROM_ZERO : Pixels.FROM_ONE;
      return new VocSource(labels, images, names, pixels, warnings);
    }
    if (images == null || names.isEmpty()) {
      throw new UsageException(
          "--from yolo needs --images DIR and --classes FILE: its labels are fractions and numbers");
    }
    if (zeroBased) {
      throw new UsageException("--zero-based is for --from voc");
    }
    return new YoloSource(images, labels, names, truth != null, warnings);
  }

  private List<String> names(LabelSource source) throws IOException {
    if (split == null) {
      return source.names();
    }
    PathIndex<String> known = new PathIndex<>();
    source.names().forEach(name -> known.add(name, name));
    Set<String> chosen = new LinkedHashSet<>();
    for (String line : TextFile.lines(split)) {
      // Lists of one class say behind the name whether it is in the image.
      String path = line.strip().replaceFirst("\\s+-?[01]$", "");
      if (path.isEmpty()) {
        continue;
      }
      List<String> found = known.find(path);
      found = found.isEmpty() ? known.find(PathIndex.stem(path)) : found;
      if (found.size() != 1) {
        throw new UsageException(
            split
                + (": \"" + path)
                + (found.isEmpty() ? "\" is not in " : "\" is more than one image in ")
                + source.folder()
                + (found.isEmpty() ? new WrittenName(path).hint() : ": " + found));
      }
      if (!chosen.add(found.get(0))) {
        throw new UsageException(split + ": \"" + path + "\" comes twice");
      }
    }
    return List.copyOf(chosen);
  }
}
