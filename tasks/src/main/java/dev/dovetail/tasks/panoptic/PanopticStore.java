package dev.dovetail.tasks.panoptic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.dovetail.files.OutputException;
import dev.dovetail.formats.image.BadImageException;
import dev.dovetail.formats.image.PngFile;
import dev.dovetail.formats.panoptic.IdPng;
import dev.dovetail.formats.panoptic.PanopticMap;
import dev.dovetail.tasks.Journal;
import dev.dovetail.tasks.OutputFolder;
import dev.dovetail.tasks.ResultStore;
import dev.dovetail.tasks.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A PNG file of segment ids for every image and, at the end, a JSON file for panopticapi. */
final class PanopticStore implements ResultStore<PanopticMap> {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String JOURNAL = "segments.journal";

  /** A line of the journal. */
  private record Line(List<PanopticMap.Segment> segments) {}

  private final OutputFolder folder;
  private final PanopticMapsEvaluation evaluation;
  private final Path file;
  private final Journal<Line> journal;

  PanopticStore(OutputFolder folder, PanopticMapsEvaluation evaluation) throws IOException {
    this.folder = folder;
    this.evaluation = evaluation;
    this.file = folder.file(JOURNAL);
    this.journal = Journal.open(file, Line.class);
  }

  private static String png(Sample sample) {
    return sample.name() + ".png";
  }

  private static String name(Sample sample) {
    return "panoptic/" + png(sample);
  }

  @Override
  public boolean holds(Sample sample) throws IOException {
    Path map = folder.file(name(sample));
    if (!journal.holds(sample.name()) || !Files.exists(map)) {
      return false;
    }
    try {
      PngFile.read(map);
      return true;
    } catch (BadImageException e) {
      return false;
    }
  }

  @Override
  public void write(Sample sample, PanopticMap result) throws OutputException {
    folder.write(name(sample), map -> IdPng.write(map, result.map()));
    try {
      journal.append(sample.name(), new Line(result.segments()));
    } catch (IOException e) {
      throw new OutputException(file, e);
    }
  }

  /** Writes {@code panoptic.json}, next to the directory {@code panoptic}. */
  @Override
  public void finish(Iterable<Sample> earlier, Visitor<PanopticMap> visitor) throws IOException {
    Set<Integer> unvisited = new HashSet<>();
    earlier.forEach(sample -> unvisited.add(sample.index()));
    List<Map<String, Object>> annotations = new ArrayList<>();
    for (Sample sample : evaluation.samples()) {
      List<PanopticMap.Segment> segments = journal.read(sample.name()).segments();
      if (unvisited.contains(sample.index())) {
        visitor.visit(sample, new PanopticMap(IdPng.read(folder.file(name(sample))), segments));
      }
      annotations.add(annotation(sample, segments));
    }
    JsonNode document = JSON.valueToTree(Map.of("annotations", annotations));
    folder.writeJson("panoptic.json", document);
  }

  private Map<String, Object> annotation(Sample sample, List<PanopticMap.Segment> segments) {
    Map<String, Object> annotation = new LinkedHashMap<>();
    annotation.put("image_id", evaluation.imageKey(sample));
    annotation.put("file_name", png(sample));
    List<Map<String, Object>> infos = new ArrayList<>();
    for (PanopticMap.Segment segment : segments) {
      Map<String, Object> info = new LinkedHashMap<>();
      info.put("id", segment.id());
      info.put("category_id", evaluation.categoryKey(segment.label()));
      info.put("area", segment.area());
      info.put("score", segment.score());
      infos.add(info);
    }
    annotation.put("segments_info", infos);
    return annotation;
  }

  @Override
  public void close() throws IOException {
    journal.close();
  }
}
