package dev.dovetail.cli.score.classification;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.dovetail.cli.score.scorer.Score;
import dev.dovetail.eval.bootstrap.Bootstrap;
import dev.dovetail.eval.bootstrap.Interval;
import dev.dovetail.eval.bootstrap.Resamplable;
import dev.dovetail.eval.classification.ClassificationEvaluation;
import dev.dovetail.eval.classification.ClassificationReport;
import dev.dovetail.eval.gallery.ClassificationGallery;
import dev.dovetail.eval.gallery.ClassificationGallery.Classified;
import dev.dovetail.eval.gallery.GallerySource;
import dev.dovetail.eval.gallery.PhotoFolder;
import dev.dovetail.eval.report.ClassificationSections;
import dev.dovetail.eval.report.PictureLinks;
import dev.dovetail.eval.report.Section;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The metrics of image classification, as torchvision and timm compute them.
 *
 * @param intervals confidence intervals of the metrics, of {@link Bootstrap#USUAL}
 * @param classified the predictions of each image; empty if they come from saved states
 */
record ClassificationScore(
    ClassificationEvaluation evaluation,
    List<Interval> intervals,
    Optional<List<Classified>> classified)
    implements Score {

  /** Returns a table of classes and one of the overall metrics, in percent. */
  @Override
  public List<String> text() {
    List<String> text = new ArrayList<>(ClassificationReport.classes(evaluation));
    text.add("");
    text.addAll(ClassificationReport.summary(evaluation, Bootstrap.USUAL, intervals));
    return text;
  }

  @Override
  public Resamplable resamplable() {
    return evaluation;
  }

  @Override
  public List<Section> sections(PictureLinks links) {
    List<Section> sections =
        new ArrayList<>(ClassificationSections.of(evaluation, Bootstrap.USUAL, intervals));
    List<String> classes = evaluation.classes();
    classified
        .map(all -> ClassificationGallery.confusion(classes.size(), all))
        .map(counts -> ClassificationSections.confusion(classes, counts, links))
        .ifPresent(sections::add);
    return sections;
  }

  @Override
  public Optional<GallerySource> gallery(PhotoFolder photos) {
    return classified.map(all -> new ClassificationGallery(evaluation.classes(), all, photos));
  }

  @Override
  public Map<String, Object> metrics() {
    return ClassificationReport.metrics(evaluation, intervals);
  }

  @Override
  public OptionalInt images() {
    return OptionalInt.of(Math.toIntExact(evaluation.images()));
  }

  @Override
  public void writeJson(JsonGenerator json) throws IOException {
    ClassificationReport.writeJson(json, evaluation, intervals);
  }
}
