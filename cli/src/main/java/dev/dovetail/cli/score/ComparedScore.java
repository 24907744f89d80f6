package dev.dovetail.cli.score;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.dovetail.cli.score.scorer.JsonObjects;
import dev.dovetail.cli.score.scorer.Score;
import dev.dovetail.eval.bootstrap.Comparison;
import dev.dovetail.eval.bootstrap.ComparisonReport;
import dev.dovetail.eval.bootstrap.Resamplable;
import dev.dovetail.eval.gallery.GallerySource;
import dev.dovetail.eval.gallery.PhotoFolder;
import dev.dovetail.eval.report.ComparisonSection;
import dev.dovetail.eval.report.PictureLinks;
import dev.dovetail.eval.report.Section;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** A score, compared with that of other predictions. */
record ComparedScore(Score score, Comparison comparison) implements Score {

  @Override
  public List<String> text() {
    List<String> text = new ArrayList<>(score.text());
    text.add("");
    text.addAll(ComparisonReport.text(comparison));
    return text;
  }

  @Override
  public Resamplable resamplable() {
    return score.resamplable();
  }

  @Override
  public List<Section> sections(PictureLinks links) {
    List<Section> sections = new ArrayList<>(score.sections(links));
    sections.add(1, ComparisonSection.of(comparison));
    return sections;
  }

  @Override
  public Map<String, Object> metrics() {
    return score.metrics();
  }

  @Override
  public OptionalInt images() {
    return score.images();
  }

  @Override
  public Optional<GallerySource> gallery(PhotoFolder photos) {
    return score.gallery(photos);
  }

  @Override
  public void writeJson(JsonGenerator json) throws IOException {
    JsonObjects.extend(
        json,
        score::writeJson,
        Map.of("comparison", out -> ComparisonReport.writeJson(out, comparison)));
  }
}
