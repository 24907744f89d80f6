package dev.dovetail.tasks.detection;

import dev.dovetail.eval.coco.CocoEvaluation;
import dev.dovetail.eval.coco.CocoEvaluator;
import dev.dovetail.eval.coco.CocoReport;
import dev.dovetail.eval.coco.matching.ImageDetections;
import dev.dovetail.eval.coco.params.CocoParams;
import dev.dovetail.eval.coco.params.IouType;
import dev.dovetail.formats.Detections;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.cityscapes.CityscapesFiles;
import dev.dovetail.formats.coco.CocoCategory;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.coco.CocoImage;
import dev.dovetail.formats.datasets.CityscapesTruth;
import dev.dovetail.formats.layout.AnnotationKind;
import dev.dovetail.formats.mask.Segmentation;
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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * COCO's AP of boxes and, if annotations and model have masks, of masks. For Cityscapes also the AP
 * of its own script.
 */
final class DetectionEvaluation implements Evaluation<Detections> {

  private final EvaluationData data;
  private final CocoDataset dataset;
  private final ClassMapping mapping;
  private final ListedImages images;
  private final List<Sample> samples;
  private final Optional<CityscapesTruth> cityscapes;
  private final Map<Measure, CocoEvaluator> evaluators = new EnumMap<>(Measure.class);

  /** The metrics. */
  private enum Measure {
    BOXES("Boxes"),
    MASKS("Masks"),
    CITYSCAPES("Masks, as cityscapesScripts");

    private final String head;

    Measure(String head) {
      this.head = head;
    }
  }

  private DetectionEvaluation(
      EvaluationData data,
      ListedImages images,
      ClassMapping mapping,
      Optional<CityscapesTruth> cityscapes) {
    this.data = data;
    this.cityscapes = cityscapes;
    this.dataset = images.dataset();
    this.mapping = mapping;
    this.images = images;
    List<Sample> listed = new ArrayList<>();
    for (CocoImage image : images.images()) {
      Path file = images.files().get(listed.size());
      listed.add(new Sample(listed.size(), image.fileName(), file, stated(image)));
    }
    this.samples = List.copyOf(listed);
  }

  /**
   * @param classes the number of classes of the model
   * @throws DataMismatchException if the annotations are a directory but not that of Cityscapes
   * @throws IllegalArgumentException if the model's classes do not match the categories
   */
  static DetectionEvaluation of(EvaluationData unlocated, List<String> names, int classes)
      throws IOException {
    EvaluationData data = unlocated.located(AnnotationKind.OBJECTS);
    Optional<CityscapesTruth> cityscapes = cityscapes(data.annotations());
    CocoDataset dataset =
        cityscapes.isPresent()
            ? cityscapes.get().objects()
            : CocoDataset.read(data.annotations(), data.warnings());
    ClassMapping mapping =
        ClassMapping.withUnused(names, classes, dataset.categories(), dataset.source());
    ListedImages images = ListedImages.find(dataset, data.images(), data.limit(), data.warnings());
    return new DetectionEvaluation(data, images, mapping, cityscapes);
  }

  private static Optional<CityscapesTruth> cityscapes(Path annotations) throws IOException {
    if (!Files.isDirectory(annotations)) {
      return Optional.empty();
    }
    if (!CityscapesFiles.isAnnotated(annotations)) {
      throw new DataMismatchException(
          "--annotations "
              + annotations
              + " is a directory; this model needs COCO's instances JSON, or Cityscapes' directory of"
              + " *_gtFine_instanceIds.png");
    }
    return Optional.of(CityscapesTruth.read(annotations));
  }

  CocoDataset dataset() {
    return dataset;
  }

  private static Optional<Size> stated(CocoImage image) {
    return image.height() > 0 && image.width() > 0
        ? Optional.of(new Size(image.height(), image.width()))
        : Optional.empty();
  }

  @Override
  public List<Sample> samples() {
    return samples;
  }

  @Override
  public ResultStore<Detections> store(OutputFolder folder) throws IOException {
    return new DetectionStore(folder, this);
  }

  @Override
  public void prepare() throws IOException {
    long[] categories = mapping.categories();
    for (CocoCategory category : dataset.categories()) {
      if (Arrays.binarySearch(categories, category.id()) < 0) {
        data.warnings()
            .add(
                "categories that the model does not have (ignored, as by mmdet)",
                () -> "'" + category.name() + "' of " + dataset.source());
      }
    }
    evaluators.put(Measure.BOXES, evaluator(dataset, CocoParams.of(IouType.BBOX), categories));
    if (annotationsHaveMasks()) {
      evaluators.put(Measure.MASKS, evaluator(dataset, CocoParams.of(IouType.SEGM), categories));
    }
    if (cityscapes.isPresent()) {
      evaluators.put(
          Measure.CITYSCAPES,
          evaluator(cityscapes.get().objectsAndVoid(), CocoParams.cityscapes(), categories));
    }
  }

  private CocoEvaluator evaluator(CocoDataset truth, CocoParams params, long... categories)
      throws FormatException {
    return new CocoEvaluator(
        truth,
        params.toBuilder()
            .imageIds(images.images().stream().mapToLong(CocoImage::id).toArray())
            .categoryIds(categories)
            .build());
  }

  /**
   * Returns whether any annotation has a mask; a data set with boxes only is scored by boxes only.
   */
  private boolean annotationsHaveMasks() throws FormatException {
    boolean none =
        !dataset.annotations().isEmpty()
            && dataset.annotations().stream()
                .allMatch(a -> a.segmentation() instanceof Segmentation.Absent)
            && !dataset.unread().anyLost("segmentation");
    if (none) {
      data.warnings()
          .add(
              "annotations without a segmentation (boxes are scored, masks are not)",
              dataset::source);
    }
    return !none;
  }

  /**
   * {@inheritDoc} Objects are sorted by label, then by descending score, as in mmdet's result
   * lists. Objects whose label has no category are removed.
   */
  @Override
  public Detections canonical(Detections result) {
    int[] places =
        IntStream.range(0, result.count())
            .filter(i -> mapping.isCategory(result.labels()[i]))
            .toArray();
    return (places.length < result.count() ? result.select(places) : result).byLabel();
  }

  @Override
  public void score(Sample sample, Detections result) throws IOException {
    requireStatedSize(sample, result.image());
    long image = imageId(sample);
    double[] scores = scores(result);
    long[] categories = categories(result);
    accumulate(Measure.BOXES, ImageDetections.ofBoxes(image, result.xywh(), scores, categories));
    if (result.hasMasks()) {
      ImageDetections masks = ImageDetections.ofMasks(image, result.masks(), scores, categories);
      accumulate(Measure.MASKS, masks);
      accumulate(Measure.CITYSCAPES, masks);
    } else {
      dropMasks();
    }
  }

  private void accumulate(Measure measure, ImageDetections detections) {
    CocoEvaluator evaluator;
    synchronized (evaluators) {
      evaluator = evaluators.get(measure);
    }
    if (evaluator != null) {
      synchronized (evaluator) {
        evaluator.accumulate(detections);
      }
    }
  }

  /** Returns whether the model predicts boxes only. */
  private void dropMasks() {
    synchronized (evaluators) {
      evaluators.remove(Measure.MASKS);
      evaluators.remove(Measure.CITYSCAPES);
    }
  }

  private void requireStatedSize(Sample sample, Size decoded) throws FormatException {
    if (sample.size().isPresent() && !sample.size().get().equals(decoded)) {
      data.warnings()
          .add(
              "images whose size differs from the annotations (scored as they are)",
              () ->
                  "the image "
                      + sample.file()
                      + " is "
                      + decoded
                      + " pixels, "
                      + sample.size().get()
                      + " in "
                      + dataset.source());
    }
  }

  long imageId(Sample sample) {
    return images.images().get(sample.index()).id();
  }

  long[] categories(Detections result) {
    long[] ids = new long[result.count()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = mapping.categoryIds()[result.labels()[i]];
    }
    return ids;
  }

  static double[] scores(Detections result) {
    double[] scores = new double[result.count()];
    Arrays.setAll(scores, i -> result.scores()[i]);
    return scores;
  }

  @Override
  public Metrics metrics() {
    Map<String, Object> values = new LinkedHashMap<>();
    List<String> lines = new ArrayList<>();
    evaluators.forEach(
        (measure, evaluator) -> {
          CocoEvaluation evaluation = evaluator.summarise();
          values.put(CocoReport.measure(evaluation), CocoReport.metrics(evaluation));
          lines.add((lines.isEmpty() ? "" : System.lineSeparator()) + measure.head);
          lines.addAll(CocoReport.categories(evaluation));
          lines.addAll(CocoReport.summary(evaluation));
        });
    return new Metrics(values, lines);
  }
}
