package dev.dovetail.models.evaluation;

import dev.dovetail.data.coco.CocoCategory;
import dev.dovetail.data.coco.CocoDataset;
import dev.dovetail.data.coco.CocoImage;
import dev.dovetail.data.coco.CocoResultsWriter;
import dev.dovetail.data.coco.Segmentation;
import dev.dovetail.data.coco.Warnings;
import dev.dovetail.data.image.Size;
import dev.dovetail.eval.coco.CocoEvaluation;
import dev.dovetail.eval.coco.CocoEvaluator;
import dev.dovetail.eval.coco.CocoParams;
import dev.dovetail.eval.coco.ImageDetections;
import dev.dovetail.eval.coco.IouType;
import dev.dovetail.models.pipeline.Job;
import dev.dovetail.models.pipeline.Outcome;
import dev.dovetail.models.pipeline.OutputException;
import dev.dovetail.models.pipeline.Pipeline;
import dev.dovetail.models.pipeline.StageClock;
import dev.dovetail.models.pipeline.StageClock.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Runs a detector over a COCO data set: objects into result lists, boxes and masks compared with
 * the annotations.
 */
public final class InstanceEvaluationRun {

  /** What is done with an image's objects as soon as they are there. */
  private interface Scorer {
    void score(CocoImage image, FoundObjects objects) throws IOException;
  }

  /**
   * @param complaint why the objects cannot be scored; null if they were
   */
  private record Done(FoundObjects objects, String complaint) {}

  private static final String JOURNAL = "predictions.journal";

  private final CocoDataset dataset;
  private final Path images;
  private final ClassMapping mapping;
  private final List<CocoImage> chosen;
  private final Warnings warnings;
  private final StageClock clock;

  /**
   * @param images the folder that the file names are relative to
   * @param limit the most images, the first of the annotation file
   * @param warnings counts categories that the model does not know, and images of another size than
   *     the annotations say
   * @throws IOException if the data set lists no image
   */
  public InstanceEvaluationRun(
      CocoDataset dataset,
      Path images,
      ClassMapping mapping,
      int limit,
      Warnings warnings,
      StageClock clock)
      throws IOException {
    if (dataset.images().isEmpty()) {
      throw new IOException(
          dataset.source() + " lists no images under \"images\", so there is nothing to do");
    }
    this.dataset = dataset;
    this.images = images;
    this.mapping = mapping;
    this.chosen = dataset.images().stream().limit(limit).toList();
    this.warnings = warnings;
    this.clock = clock;
  }

  /** How many images the run is about. */
  public int images() {
    return chosen.size();
  }

  /**
   * Finds the objects of all images that the folder does not hold yet and writes the result lists.
   *
   * @throws IOException at the end if images could not be used, naming them
   */
  public void predict(Pipeline pipeline, OutputFolder out, Progress progress) throws IOException {
    run(pipeline, out, progress, (image, objects) -> {});
  }

  /**
   * Does the same and scores each image as soon as it is done.
   *
   * @return the twelve numbers of boxes and, if the annotations have masks, of masks, with all that
   *     they are made of
   * @throws IOException also if an annotation lacks what scoring needs
   */
  public Map<IouType, CocoEvaluation> evaluate(
      Pipeline pipeline, OutputFolder out, Progress progress) throws IOException {
    long[] categories = LongStream.of(mapping.categoryIds()).distinct().sorted().toArray();
    for (CocoCategory category : dataset.categories()) {
      if (Arrays.binarySearch(categories, category.id()) < 0) {
        warnings.add(
            "categories that the model does not know (left out, as by mmdet)",
            () -> "'" + category.name() + "' of " + dataset.source());
      }
    }
    CocoParams params =
        CocoParams.defaults()
            .withImageIds(chosen.stream().mapToLong(CocoImage::id).toArray())
            .withCategoryIds(categories);
    Map<IouType, CocoEvaluator> evaluators = new EnumMap<>(IouType.class);
    evaluators.put(IouType.BBOX, new CocoEvaluator(dataset, IouType.BBOX, params));
    if (hasMasks()) {
      evaluators.put(IouType.SEGM, new CocoEvaluator(dataset, IouType.SEGM, params));
    }
    run(
        pipeline,
        out,
        progress,
        (image, objects) ->
            clock.time(
                Stage.SCORE,
                () -> {
                  checkSize(image, objects.image());
                  score(image, objects, evaluators);
                  return null;
                }));
    Map<IouType, CocoEvaluation> metrics = new EnumMap<>(IouType.class);
    evaluators.forEach((type, evaluator) -> metrics.put(type, evaluator.summarise()));
    return metrics;
  }

  /** Whether any annotation has a mask; a set of boxes alone is scored by boxes alone. */
  private boolean hasMasks() throws IOException {
    boolean none =
        !dataset.annotations().isEmpty()
            && dataset.annotations().stream()
                .allMatch(a -> a.segmentation() instanceof Segmentation.Absent)
            && !dataset.unread().anyLost("segmentation");
    if (none) {
      warnings.add(
          "annotations without a segmentation (boxes are scored, masks are not)", dataset::source);
    }
    return !none;
  }

  private void run(Pipeline pipeline, OutputFolder out, Progress progress, Scorer scorer)
      throws IOException {
    Failed failed = new Failed();
    try (ObjectJournal journal = open(out)) {
      List<Job> jobs = new ArrayList<>();
      for (int i = 0; i < chosen.size(); i++) {
        CocoImage image = chosen.get(i);
        Path file = file(image);
        if (!journal.holds(image.fileName())) {
          jobs.add(new Job(i, image.fileName(), file, size(image)));
        }
      }
      progress.start(chosen.size(), chosen.size() - jobs.size());
      for (CocoImage image : chosen) {
        if (journal.holds(image.fileName())) {
          Done done = score(scorer, image, journal.read(image.fileName()));
          failed.addIf(done.complaint());
        }
      }
      pipeline.run(
          jobs,
          (job, image, outcome) -> {
            FoundObjects objects =
                clock.time(
                    Stage.FINISH, () -> FoundObjects.of((Outcome.Objects) outcome, image.size()));
            return score(scorer, chosen.get(Math.toIntExact(job.id())), objects);
          },
          new Pipeline.Sink<Done>() {
            @Override
            public void accept(Job job, Done done) throws IOException {
              append(journal, out, job.name(), done.objects());
              failed.addIf(done.complaint());
              progress.step();
            }

            @Override
            public void failed(Job job, IOException reason) {
              failed.addIf(sentence(job, reason));
              progress.step();
            }
          });
      failed.throwIfAny(chosen.size(), out);
      writeResults(journal, out);
    }
  }

  private static Done score(Scorer scorer, CocoImage image, FoundObjects objects) {
    try {
      scorer.score(image, objects);
      return new Done(objects, null);
    } catch (IOException | IllegalArgumentException e) {
      return new Done(objects, e.getMessage());
    }
  }

  private static ObjectJournal open(OutputFolder out) throws IOException {
    try {
      return ObjectJournal.open(out.file(JOURNAL));
    } catch (IOException e) {
      throw new OutputException(out.file(JOURNAL), e);
    }
  }

  private static void append(
      ObjectJournal journal, OutputFolder out, String image, FoundObjects objects)
      throws IOException {
    try {
      journal.append(image, objects);
    } catch (IOException e) {
      throw new OutputException(out.file(JOURNAL), e);
    }
  }

  private static String sentence(Job job, IOException reason) {
    return Files.exists(job.file())
        ? reason.getMessage()
        : "there is no image " + job.file() + ", which the annotations list";
  }

  private Path file(CocoImage image) throws IOException {
    if (image.fileName().isEmpty()) {
      throw new IOException(describe(image) + " has no \"file_name\"");
    }
    try {
      return images.resolve(image.fileName());
    } catch (InvalidPathException e) {
      throw new IOException(describe(image) + ": its \"file_name\" can be no file", e);
    }
  }

  private String describe(CocoImage image) {
    return dataset.source() + ": image " + dataset.ids().images().text(image.id());
  }

  /** The size that the annotations give; the smallest where they give none. */
  private static Size size(CocoImage image) {
    return new Size(Math.max(image.height(), 1), Math.max(image.width(), 1));
  }

  private void checkSize(CocoImage image, Size decoded) throws IOException {
    boolean given = image.height() > 0 && image.width() > 0;
    if (given && !size(image).equals(decoded)) {
      warnings.add(
          "images of another size than the annotations say (scored as they are)",
          () ->
              "the image "
                  + images.resolve(image.fileName())
                  + " is "
                  + decoded
                  + " pixels large, "
                  + size(image)
                  + " in "
                  + dataset.source());
    }
  }

  private void score(
      CocoImage image, FoundObjects objects, Map<IouType, CocoEvaluator> evaluators) {
    long[] categories = categories(objects);
    evaluators.forEach(
        (type, evaluator) -> {
          ImageDetections detections =
              type == IouType.SEGM
                  ? ImageDetections.ofMasks(
                      image.id(), objects.masks(), objects.scores(), categories)
                  : ImageDetections.ofBoxes(
                      image.id(), objects.boxes(), objects.scores(), categories);
          synchronized (evaluator) {
            evaluator.accumulate(detections);
          }
        });
  }

  private long[] categories(FoundObjects objects) {
    long[] ids = new long[objects.count()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = mapping.categoryIds()[objects.labels()[i]];
    }
    return ids;
  }

  /** COCO result lists in the order of the annotations. */
  private void writeResults(ObjectJournal journal, OutputFolder out) throws IOException {
    out.write(
        "bbox.json",
        file -> {
          try (CocoResultsWriter rows = CocoResultsWriter.create(file, dataset.ids())) {
            for (CocoImage image : chosen) {
              FoundObjects o = journal.read(image.fileName());
              long[] categories = categories(o);
              for (int i = 0; i < o.count(); i++) {
                double[] b = o.boxes();
                rows.box(
                    image.id(),
                    categories[i],
                    o.scores()[i],
                    b[4 * i],
                    b[4 * i + 1],
                    b[4 * i + 2],
                    b[4 * i + 3]);
              }
            }
          }
        });
    out.write(
        "segm.json",
        file -> {
          try (CocoResultsWriter rows = CocoResultsWriter.create(file, dataset.ids())) {
            for (CocoImage image : chosen) {
              FoundObjects o = journal.read(image.fileName());
              long[] categories = categories(o);
              for (int i = 0; i < o.count(); i++) {
                rows.mask(image.id(), categories[i], o.scores()[i], o.masks()[i]);
              }
            }
          }
        });
  }
}
