package dev.dovetail.cli.score.panoptic;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.dovetail.cli.score.scorer.Score;
import dev.dovetail.eval.bootstrap.Resamplable;
import dev.dovetail.eval.gallery.GallerySource;
import dev.dovetail.eval.gallery.PanopticGallery;
import dev.dovetail.eval.gallery.PhotoFolder;
import dev.dovetail.eval.panoptic.PanopticEvaluation;
import dev.dovetail.eval.panoptic.PanopticReport;
import dev.dovetail.eval.report.PanopticSections;
import dev.dovetail.eval.report.PictureLinks;
import dev.dovetail.eval.report.Section;
import dev.dovetail.formats.panoptic.PanopticDataset;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The metrics of panoptic predictions, as panopticapi computes them.
 *
 * @param maps the scored maps; empty if they were scored elsewhere
 */
record PanopticScore(
    PanopticEvaluation evaluation,
    Resamplable resamplable,
    PanopticDataset truth,
    Optional<PanopticGallery.Maps> maps)
    implements Score {

  /** Returns the averages and a table of categories, in percent. */
  @Override
  public List<String> text() {
    List<String> text = new ArrayList<>(PanopticReport.summary(evaluation));
    text.add("");
    text.addAll(PanopticReport.categories(evaluation));
    return text;
  }

  @Override
  public List<Section> sections(PictureLinks links) {
    return PanopticSections.of(evaluation);
  }

  @Override
  public Map<String, Object> metrics() {
    return PanopticReport.metrics(evaluation);
  }

  @Override
  public OptionalInt images() {
    return OptionalInt.of(evaluation.images());
  }

  @Override
  public Optional<GallerySource> gallery(PhotoFolder photos) {
    return maps.map(m -> new PanopticGallery(truth, m, photos));
  }

  @Override
  public void writeJson(JsonGenerator json) throws IOException {
    PanopticReport.writeJson(json, evaluation);
  }
}
