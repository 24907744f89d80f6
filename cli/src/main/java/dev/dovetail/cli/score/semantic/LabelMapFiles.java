package dev.dovetail.cli.score.semantic;

import dev.dovetail.eval.state.Fingerprint;
import dev.dovetail.files.DataFolder;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.cityscapes.CityscapesFiles;
import dev.dovetail.formats.cityscapes.SubmittedFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The label maps in a directory of ground truth, and the predictions with matching names. */
final class LabelMapFiles {

  /**
   * Rules for matching files.
   *
   * @param truth matches the relative paths of ground truths; group 1 is the name
   * @param prediction matches the relative paths of predictions; group 1 is the name
   */
  record Naming(Pattern truth, Pattern prediction) {

    private static final Pattern PNG = Pattern.compile("(.*?)(?:\\.labels)?(?i:\\.png)");

    /** Files with the same name. {@code predict} writes {@code NAME.labels.png}. */
    static final Naming SAME = new Naming(PNG, PNG);

    /** Cityscapes: {@code X_gtFine_labelIds.png} and {@code X_leftImg8bit.png}. */
    static final Naming CITYSCAPES =
        new Naming(
            Pattern.compile("(.*?)(?:_gtFine)?_labelIds(?i:\\.png)"),
            Pattern.compile("(.*?)(?:_leftImg8bit)?(?i:\\.png)"));
  }

  /**
   * A ground truth with its prediction.
   *
   * @param image the index of the ground truth
   * @param prediction its path, or its expected path if it is missing
   */
  record Pair(int image, Path truth, Path prediction, boolean found) {}

  private final Path folder;
  private final Optional<Naming> naming;
  private final SortedMap<String, Path> truths;

  /**
   * Lists the ground truth.
   *
   * @throws IOException if there is none
   */
  LabelMapFiles(Path folder, Naming naming) throws IOException {
    this(folder, Optional.of(naming), files(folder, naming.truth(), "--gt"));
  }

  private LabelMapFiles(Path folder, Optional<Naming> naming, SortedMap<String, Path> truths) {
    this.folder = folder;
    this.naming = naming;
    this.truths = truths;
  }

  /**
   * Lists the ground truth of Cityscapes. Predictions are matched as in {@link SubmittedFiles}.
   *
   * @throws IOException if there is none
   */
  static LabelMapFiles ofSubmitted(Path folder) throws IOException {
    return new LabelMapFiles(
        folder, Optional.empty(), CityscapesFiles.maps(folder, CityscapesFiles.Kind.LABEL_IDS));
  }

  /** Returns the names of the ground truths, in order. */
  List<String> names() {
    return List.copyOf(truths.keySet());
  }

  /**
   * Returns a fingerprint of the names and lengths of the ground truths. The files are not read.
   */
  String fingerprint() throws IOException {
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, Path> truth : truths.entrySet()) {
      text.append(truth.getKey()).append(' ').append(Files.size(truth.getValue())).append('\n');
    }
    return Fingerprint.of(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Returns the ground truths with their predictions, in order.
   *
   * @param warnings counts predictions without a ground truth
   * @throws IOException if there are no predictions at all
   */
  List<Pair> pairs(Path predictions, Warnings warnings) throws IOException {
    if (naming.isEmpty()) {
      return submitted(new SubmittedFiles(predictions, "png"), warnings);
    }
    SortedMap<String, Path> found = files(predictions, naming.get().prediction(), "--dt");
    List<Pair> pairs = new ArrayList<>();
    for (Map.Entry<String, Path> truth : truths.entrySet()) {
      Path prediction = found.remove(truth.getKey());
      pairs.add(
          new Pair(
              pairs.size(),
              truth.getValue(),
              prediction != null ? prediction : predictions.resolve(truth.getKey() + ".png"),
              prediction != null));
    }
    warnUnused(found.values(), warnings);
    return pairs;
  }

  private List<Pair> submitted(SubmittedFiles found, Warnings warnings) throws IOException {
    List<Pair> pairs = new ArrayList<>();
    for (Map.Entry<String, Path> truth : truths.entrySet()) {
      Optional<Path> prediction = found.find(truth.getKey());
      pairs.add(
          new Pair(
              pairs.size(),
              truth.getValue(),
              prediction.orElse(found.expected(truth.getKey())),
              prediction.isPresent()));
    }
    warnUnused(found.unused(), warnings);
    return pairs;
  }

  private static void warnUnused(Collection<Path> unused, Warnings warnings)
      throws FormatException {
    for (Path prediction : unused) {
      warnings.add("predictions without a ground truth (ignored)", prediction::toString);
    }
  }

  /** Returns an exception that reports the pairs without predictions. */
  IOException missing(List<Pair> pairs) {
    List<Pair> missing = pairs.stream().filter(pair -> !pair.found()).toList();
    return new IOException(
        String.format(
            Locale.ROOT,
            "%d of the %d label maps in %s %s no prediction; the first should be %s",
            missing.size(),
            pairs.size(),
            folder,
            missing.size() == 1 ? "has" : "have",
            missing.get(0).prediction()));
  }

  private static SortedMap<String, Path> files(Path folder, Pattern pattern, String option)
      throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IOException(
          option
              + " "
              + folder
              + " is not a directory; expected a directory with one PNG label map per image");
    }
    SortedMap<String, Path> files = new TreeMap<>();
    for (Path file : DataFolder.files(folder)) {
      Matcher m = pattern.matcher(folder.relativize(file).toString());
      Path other = m.matches() ? files.put(m.group(1), file) : null;
      if (other != null) {
        throw new IOException(
            option + ": " + other + " and " + file + " have the same name; keep only one of them");
      }
    }
    if (files.isEmpty()) {
      throw new IOException(option + " " + folder + " contains no label maps (files NAME.png)");
    }
    return files;
  }
}
