package dev.dovetail.cli.score.semantic;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.dovetail.cli.console.JsonOption.Json;
import dev.dovetail.cli.score.scorer.JsonObjects;
import dev.dovetail.cli.score.scorer.Score;
import dev.dovetail.eval.cityscapes.CityscapesScores;
import dev.dovetail.eval.gallery.GallerySource;
import dev.dovetail.eval.gallery.PhotoFolder;
import dev.dovetail.eval.gallery.SemanticGallery;
import dev.dovetail.eval.report.PictureLinks;
import dev.dovetail.eval.report.Section;
import dev.dovetail.eval.report.SemanticSections;
import dev.dovetail.eval.semantic.SemanticEvaluation;
import dev.dovetail.eval.semantic.SemanticImages;
import dev.dovetail.eval.semantic.SemanticReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The metrics of label maps, as mmsegmentation computes them.
 *
 * @param names the names of the classes, in order
 * @param cityscapes the metrics of Cityscapes' script, if requested
 * @param maps the scored maps; empty if they were scored elsewhere
 */
record SemanticScore(
    SemanticEvaluation evaluation,
    SemanticImages resamplable,
    List<String> names,
    Optional<CityscapesScores> cityscapes,
    Optional<SemanticGallery.Maps> maps)
    implements Score {

  /** Returns a table of classes and one of means, in percent. */
  @Override
  public List<String> text() {
    List<String> text = new ArrayList<>(SemanticReport.classes(evaluation, names));
    text.add("");
    text.addAll(SemanticReport.summary(evaluation));
    cityscapes.ifPresent(
        scores -> {
          text.add("");
          text.addAll(scores.lines());
        });
    return text;
  }

  @Override
  public List<Section> sections(PictureLinks links) {
    return SemanticSections.of(evaluation, names, links);
  }

  @Override
  public Optional<GallerySource> gallery(PhotoFolder photos) {
    return maps.map(m -> new SemanticGallery(names, m, photos));
  }

  @Override
  public Map<String, Object> metrics() {
    Map<String, Object> metrics = SemanticReport.metrics(evaluation, names);
    cityscapes.ifPresent(scores -> metrics.put("cityscapes", scores.values()));
    return metrics;
  }

  @Override
  public void writeJson(JsonGenerator json) throws IOException {
    Map<String, Json> more = new LinkedHashMap<>();
    cityscapes.ifPresent(scores -> more.put("cityscapes", scores::writeJson));
    JsonObjects.extend(json, out -> SemanticReport.writeJson(out, evaluation), more);
  }
}
