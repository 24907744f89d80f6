package dev.dovetail.models.evaluation;

import dev.dovetail.data.coco.CocoDataset;
import dev.dovetail.data.coco.CocoImage;
import dev.dovetail.data.coco.CocoResultsWriter;
import dev.dovetail.data.image.Size;
import dev.dovetail.eval.coco.CocoEvaluation;
import dev.dovetail.eval.coco.CocoEvaluator;
import dev.dovetail.eval.coco.CocoParams;
import dev.dovetail.eval.coco.ImageDetections;
import dev.dovetail.eval.coco.IouType;
import dev.dovetail.models.pipeline.Job;
import dev.dovetail.models.pipeline.Outcome;
import dev.dovetail.models.pipeline.Pipeline;
import dev.dovetail.models.pipeline.StageClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs a detector over a COCO data set and scores boxes and masks. */
public final class InstanceEvaluationRun {

  /** The twelve numbers of boxes and of masks, with all that they are made of. */
  public record Metrics(CocoEvaluation boxes, CocoEvaluation masks) {}

  private final Path images;
  private final ClassMapping mapping;
  private final List<CocoImage> chosen;
  private final CocoEvaluator boxes;
  private final CocoEvaluator masks;
  private final StageClock clock;

  /**
   * @param images the folder that the file names are relative to
   * @param limit the most images, the first of the annotation file
   * @throws IOException if an annotation lacks what scoring needs
   */
  public InstanceEvaluationRun(
      CocoDataset dataset, Path images, ClassMapping mapping, int limit, StageClock clock)
      throws IOException {
    this.images = images;
    this.mapping = mapping;
    this.chosen = dataset.images().stream().limit(limit).toList();
    this.clock = clock;
    CocoParams params =
        CocoParams.defaults().withImageIds(chosen.stream().mapToLong(CocoImage::id).toArray());
    this.boxes = new CocoEvaluator(dataset, IouType.BBOX, params);
    this.masks = new CocoEvaluator(dataset, IouType.SEGM, params);
  }

  /**
   * Finds the objects of all images that the folder does not hold yet, scores each image as soon as
   * it is done, and writes the result lists.
   *
   * @param scored whether objects are compared with the annotations
   * @throws IOException at the end if images could not be used, naming them
   */
  public void run(Pipeline pipeline, OutputFolder out, boolean scored, Progress progress)
      throws IOException {
    try (ObjectJournal journal = journal(out)) {
      List<Job> jobs = new ArrayList<>();
      for (CocoImage image : chosen) {
        if (journal.images().contains(image.id())) {
          if (scored) {
            score(journal.read(image.id()));
          }
        } else {
          jobs.add(
              new Job(image.id(), image.fileName(), images.resolve(image.fileName()), size(image)));
        }
      }
      progress.start(chosen.size(), chosen.size() - jobs.size());
      Failed failed = new Failed();
      pipeline.run(
          pipeline.byShape(jobs),
          (job, image, outcome) -> {
            FoundObjects objects =
                FoundObjects.of(job.id(), (Outcome.Objects) outcome, image.size(), mapping);
            if (scored) {
              score(objects);
            }
            return new Found(objects, image.size());
          },
          new Pipeline.Sink<Found>() {
            @Override
            public void accept(Job job, Found found) throws IOException {
              journal.append(found.objects(), found.size().height(), found.size().width());
              progress.step();
            }

            @Override
            public void failed(Job job, IOException reason) {
              failed.add(sentence(job, reason));
              progress.step();
            }
          });
      failed.throwIfAny(chosen.size());
      writeResults(journal, out);
    }
  }

  private record Found(FoundObjects objects, Size size) {}

  private static String sentence(Job job, IOException reason) {
    return Files.exists(job.file())
        ? reason.getMessage()
        : "there is no image " + job.file() + ", which the annotations list";
  }

  private static Size size(CocoImage image) {
    return new Size(Math.max(image.height(), 1), Math.max(image.width(), 1));
  }

  private static ObjectJournal journal(OutputFolder out) throws IOException {
    return ObjectJournal.open(out.file("predictions.journal"));
  }

  /** COCO result lists in the order of the annotations. */
  private void writeResults(ObjectJournal journal, OutputFolder out) throws IOException {
    out.write(
        "bbox.json",
        file -> {
          try (CocoResultsWriter rows = CocoResultsWriter.create(file)) {
            for (CocoImage image : chosen) {
              FoundObjects o = journal.read(image.id());
              for (int i = 0; i < o.count(); i++) {
                double[] b = o.boxes();
                rows.box(
                    o.imageId(),
                    o.categoryIds()[i],
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
          try (CocoResultsWriter rows = CocoResultsWriter.create(file)) {
            for (CocoImage image : chosen) {
              FoundObjects o = journal.read(image.id());
              for (int i = 0; i < o.count(); i++) {
                rows.mask(o.imageId(), o.categoryIds()[i], o.scores()[i], o.masks()[i]);
              }
            }
          }
        });
  }

  private void score(FoundObjects o) {
    long start = System.nanoTime();
    ImageDetections asBoxes =
        ImageDetections.ofBoxes(o.imageId(), o.boxes(), o.scores(), o.categoryIds());
    ImageDetections asMasks =
        ImageDetections.ofMasks(o.imageId(), o.masks(), o.scores(), o.categoryIds());
    synchronized (boxes) {
      boxes.accumulate(asBoxes);
    }
    synchronized (masks) {
      masks.accumulate(asMasks);
    }
    clock.add(StageClock.Stage.SCORE, System.nanoTime() - start);
  }

  /** The metrics of all that was scored. */
  public Metrics metrics() {
    return new Metrics(boxes.summarise(), masks.summarise());
  }

  /** How many images the run is about. */
  public int images() {
    return chosen.size();
  }
}
