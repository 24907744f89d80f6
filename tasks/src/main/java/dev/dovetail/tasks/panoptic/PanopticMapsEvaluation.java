package dev.dovetail.tasks.panoptic;

import dev.dovetail.eval.panoptic.PanopticEvaluation;
import dev.dovetail.eval.panoptic.PanopticEvaluator;
import dev.dovetail.eval.panoptic.PanopticReport;
import dev.dovetail.files.DataFolder;
import dev.dovetail.files.WrittenName;
import dev.dovetail.formats.cityscapes.CityscapesFiles;
import dev.dovetail.formats.coco.CocoCategory;
import dev.dovetail.formats.datasets.PanopticTruth;
import dev.dovetail.formats.image.ImageFormat;
import dev.dovetail.formats.layout.AnnotationKind;
import dev.dovetail.formats.panoptic.IdMap;
import dev.dovetail.formats.panoptic.PanopticAnnotation;
import dev.dovetail.formats.panoptic.PanopticDataset;
import dev.dovetail.formats.panoptic.PanopticMap;
import dev.dovetail.formats.panoptic.PanopticSegment;
import dev.dovetail.tasks.ClassMapping;
import dev.dovetail.tasks.DataMismatchException;
import dev.dovetail.tasks.Evaluation;
import dev.dovetail.tasks.EvaluationData;
import dev.dovetail.tasks.Metrics;
import dev.dovetail.tasks.OutputFolder;
import dev.dovetail.tasks.ResultStore;
import dev.dovetail.tasks.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Panoptic quality on COCO's layout or on Cityscapes' instance maps. COCO's layout has a JSON file,
 * next to it a directory of PNG files with the same name without {@code .json}, and images with the
 * names of the PNG files.
 */
final class PanopticMapsEvaluation implements Evaluation<PanopticMap> {

  private final PanopticTruth truth;
  private final List<PanopticAnnotation> annotations;
  private final ClassMapping mapping;
  private final List<Sample> samples;
  private final PanopticEvaluator evaluator;

  private PanopticMapsEvaluation(EvaluationData data, PanopticTruth truth, ClassMapping mapping)
      throws IOException {
    this.truth = truth;
    this.annotations = truth.dataset().annotations().stream().limit(data.limit()).toList();
    this.mapping = mapping;
    this.evaluator = new PanopticEvaluator(truth.dataset(), data.warnings());
    Map<String, Path> images = byStem(data.images());
    List<Sample> listed = new ArrayList<>();
    for (PanopticAnnotation annotation : annotations) {
      String name = within(annotation);
      truth.file(listed.size()); // reports an invalid file name before the model runs
      String stem = stem(name);
      Path image = image(images, name).orElse(data.images().resolve(stem + ".jpg"));
      listed.add(new Sample(listed.size(), stem, image, Optional.empty()));
    }
    this.samples = List.copyOf(listed);
  }

  /**
   * @param classes the number of classes of the model
   * @throws DataMismatchException if the annotations are a directory, or the directory of PNG files
   *     is missing
   */
  static PanopticMapsEvaluation of(EvaluationData unlocated, List<String> names, int classes)
      throws IOException {
    EvaluationData data = unlocated.located(AnnotationKind.SEGMENTS);
    PanopticTruth located = truth(data);
    PanopticDataset truth = located.dataset();
    if (truth.annotations().isEmpty()) {
      throw new IOException(truth.source() + " has no annotations, so there is nothing to do");
    }
    List<CocoCategory> categories =
        truth.categories().stream().map(c -> new CocoCategory(c.id(), c.name(), "")).toList();
    return new PanopticMapsEvaluation(
        data, located, ClassMapping.of(names, classes, categories, truth.source()));
  }

  private static PanopticTruth truth(EvaluationData data) throws IOException {
    Path annotations = data.annotations();
    if (!Files.isDirectory(annotations)) {
      Path maps =
          PanopticTruth.maps(annotations)
              .orElseThrow(
                  () ->
                      new DataMismatchException(
                          "--annotations "
                              + annotations
                              + ": the directory "
                              + PanopticTruth.expectedMaps(annotations)
                              + " beside it does not exist; it should contain the PNG files with"
                              + " the segments"
                              + PanopticTruth.unpacking(annotations)));
      return PanopticTruth.ofJson(annotations, () -> maps, data.warnings());
    }
    if (CityscapesFiles.isAnnotated(annotations)) {
      return PanopticTruth.ofInstanceIds(annotations);
    }
    throw new DataMismatchException(
        "--annotations "
            + annotations
            + " is a directory; this model needs COCO's panoptic JSON, or Cityscapes' directory of"
            + " *_gtFine_instanceIds.png");
  }

  private static Map<String, Path> byStem(Path folder) throws IOException {
    Map<String, Path> files = new HashMap<>();
    for (Path file : DataFolder.files(folder)) {
      if (DataFolder.hasEnding(file, ImageFormat.ENDINGS)) {
        String stem = DataFolder.stem(folder, file);
        files.putIfAbsent(stem, file);
        if (CityscapesFiles.isImage(stem)) {
          files.putIfAbsent(core(stem), file);
        }
      }
    }
    return files;
  }

  /** Returns the name of the PNG file, which is also the name of the result. */
  private static String within(PanopticAnnotation annotation) throws IOException {
    String name = annotation.fileName();
    try {
      Path file = Path.of(name).normalize();
      if (!name.isEmpty() && !file.isAbsolute() && !file.startsWith("..")) {
        return name;
      }
    } catch (InvalidPathException e) {
      // An invalid name is reported like one outside the directory.
    }
    throw new IOException(
        annotation.source()
            + ": \"file_name\" is '"
            + name
            + "', which is not the name of a file in a directory");
  }

  private static Optional<Path> image(Map<String, Path> images, String map) {
    return new WrittenName(map)
        .readings().stream()
            .map(PanopticMapsEvaluation::stem)
            .map(stem -> images.getOrDefault(stem, images.get(core(stem))))
            .filter(Objects::nonNull)
            .findFirst();
  }

  /** Returns the common part of the names of an image and a map of Cityscapes. */
  private static String core(String stem) {
    return CityscapesFiles.core(stem.substring(stem.lastIndexOf('/') + 1));
  }

  private static String stem(String file) {
    int dot = file.lastIndexOf('.');
    return dot > 0 ? file.substring(0, dot) : file;
  }

  @Override
  public List<Sample> samples() {
    return samples;
  }

  @Override
  public ResultStore<PanopticMap> store(OutputFolder folder) throws IOException {
    return new PanopticStore(folder, this);
  }

  /** Returns the id of an image in the annotations, a Long or a String. */
  Object imageKey(Sample sample) {
    return annotations.get(sample.index()).key();
  }

  /** Returns the id of a label's category in the annotations, a Long or a String. */
  Object categoryKey(int label) {
    long id = categoryId(label);
    return truth.dataset().categories().stream()
        .filter(category -> category.id() == id)
        .findFirst()
        .orElseThrow()
        .key();
  }

  private long categoryId(int label) {
    return mapping.categoryIds()[label];
  }

  @Override
  public void score(Sample sample, PanopticMap result) throws IOException {
    PanopticAnnotation annotation = annotations.get(sample.index());
    IdMap expected = truth.map(sample.index());
    List<PanopticSegment> segments =
        result.segments().stream()
            .map(s -> new PanopticSegment(s.id(), categoryId(s.label()), s.area(), false))
            .toList();
    PanopticAnnotation prediction =
        new PanopticAnnotation(
            "the prediction", annotation.imageId(), annotation.fileName(), segments);
    synchronized (evaluator) {
      evaluator.accumulate(expected, prediction, result.map());
    }
  }

  @Override
  public Metrics metrics() {
    PanopticEvaluation evaluation = evaluator.summarise();
    List<String> lines = new ArrayList<>(PanopticReport.categories(evaluation));
    lines.add("");
    lines.addAll(PanopticReport.summary(evaluation));
    return new Metrics(PanopticReport.metrics(evaluation), lines);
  }
}
