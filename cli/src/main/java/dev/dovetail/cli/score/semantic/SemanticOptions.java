package dev.dovetail.cli.score.semantic;

import dev.dovetail.cli.console.ClassNamesOption;
import dev.dovetail.cli.console.UsageException;
import dev.dovetail.cli.score.scorer.OptionGroup;
import dev.dovetail.eval.semantic.LabelMapping;
import dev.dovetail.formats.semantic.LabelTableFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import picocli.CommandLine.Option;

/** The parameters of mmsegmentation. */
public final class SemanticOptions implements OptionGroup {

  private static final String CITYSCAPES = "cityscapes";
  private static final String COCO_STUFF = "coco-stuff";

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
      description = "ground-truth value to ignore (default: ${DEFAULT-VALUE})")
  private int ignoreIndex;

  @Option(
      names = "--reduce-zero-label",
      description = "the ground truth stores class c as c + 1, and void as 0 (ADE20K)")
  private boolean reduceZeroLabel;

  @Option(
      names = "--label-map",
      paramLabel = "MAP",
      description =
          "meaning of ground-truth values: cityscapes (label ids and file names as published,"
              + " 19 classes), coco-stuff (164k, 171 classes), or a file with a value and its"
              + " class per line")
  private String labelMap;

  @Option(
      names = "--nan-to-num",
      paramLabel = "V",
      defaultValue = "NaN",
      description =
          "value that replaces 0/0; with 0, a class without pixels counts as never found, as in"
              + " ADE20K's own script (default: such classes are omitted from the means)")
  private double unknown;

  @Option(
      names = "--class-names",
      paramLabel = "FILE",
      description =
          "text file with one class name per line, in the order of the classes, for the tables"
              + " (or a data.yaml)")
  private Path classNames;

  @Override
  public String names() {
    return "--classes and the options after it";
  }

  /**
   * Returns the parameters of the data set.
   *
   * @throws UsageException if the options contradict each other
   * @throws IOException if a file that they specify cannot be read
   */
  SemanticSet set() throws IOException {
    return new SemanticSet(
        classes,
        mapping(),
        classNames(),
        unknown,
        Optional.of(
            CITYSCAPES.equals(labelMap)
                ? LabelMapFiles.Naming.CITYSCAPES
                : LabelMapFiles.Naming.SAME));
  }

  /**
   * Returns the meaning of ground-truth values.
   *
   * @throws UsageException if the options contradict each other
   * @throws IOException if the file is not a valid table
   */
  private LabelMapping mapping() throws IOException {
    if (classes < 1 || classes > 65536) {
      throw new UsageException("--classes is " + classes + "; expected 1 to 65536");
    }
    if (labelMap == null) {
      return new LabelMapping(ignoreIndex, reduceZeroLabel, Map.of());
    }
    if (reduceZeroLabel) {
      throw new UsageException("--reduce-zero-label and --label-map are mutually exclusive");
    }
    Map<Integer, Integer> table =
        switch (labelMap) {
          case CITYSCAPES -> LabelMapping.cityscapes().table();
          case COCO_STUFF -> LabelMapping.cocoStuff().table();
          default -> LabelTableFile.read(Path.of(labelMap));
        };
    for (Map.Entry<Integer, Integer> entry : table.entrySet()) {
      if (entry.getValue() >= classes && entry.getValue() != ignoreIndex) {
        throw new UsageException(
            String.format(
                Locale.ROOT,
                "--label-map %s maps %d to class %d, but with --classes %d the classes are 0 to %d",
                labelMap,
                entry.getKey(),
                entry.getValue(),
                classes,
                classes - 1));
      }
    }
    return LabelMapping.table(table, ignoreIndex);
  }

  /**
   * Returns the names of the classes, or else their indices.
   *
   * @throws UsageException if the file does not contain one name per class
   * @throws IOException if it cannot be read
   */
  private List<String> classNames() throws IOException {
    if (classNames == null) {
      return IntStream.range(0, classes).mapToObj(Integer::toString).toList();
    }
    List<String> names = ClassNamesOption.read("--class-names", classNames);
    if (names.size() != classes) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "--class-names %s has %d names; expected one for each of the %d classes",
              classNames,
              names.size(),
              classes));
    }
    return names;
  }
}
