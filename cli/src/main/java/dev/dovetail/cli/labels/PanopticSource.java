package dev.dovetail.cli.labels;

import dev.dovetail.cli.console.UsageException;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.LabelledImage;
import dev.dovetail.formats.LabelledObject;
import dev.dovetail.formats.coco.CocoCategory;
import dev.dovetail.formats.datasets.PanopticTruth;
import dev.dovetail.formats.mask.IdRuns;
import dev.dovetail.formats.mask.Rle;
import dev.dovetail.formats.panoptic.IdMap;
import dev.dovetail.formats.panoptic.PanopticAnnotation;
import dev.dovetail.formats.panoptic.PanopticCategory;
import dev.dovetail.formats.panoptic.PanopticSegment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** COCO's panoptic format, a JSON file and a folder of PNGs beside it: each segment is an object. */
final class PanopticSource implements LabelSource {

  private final LabelRequest request;
  private final PanopticTruth truth;
  private final Map<String, Integer> places = new LinkedHashMap<>();
  private final Map<Long, String> categories = new LinkedHashMap<>();

  /**
   * Reads the JSON file.
   *
   * @throws UsageException if there is no folder of its PNGs
   */
  PanopticSource(LabelRequest request) throws IOException {
    this.request = request;
    Path json = request.labels();
    Path maps =
        PanopticTruth.maps(json)
            .orElseThrow(
                () ->
                    new UsageException(
                        json
                            + (" needs the folder of its PNG files, ")
                            + (PanopticTruth.expectedMaps(json) + PanopticTruth.unpacking(json))));
    truth = PanopticTruth.ofJson(json, () -> maps, request.warnings());
    for (PanopticCategory category : truth.dataset().categories()) {
      categories.put(category.id(), category.name());
    }
    for (PanopticAnnotation image : truth.dataset().annotations()) {
      if (places.put(LabelledImage.stem(image.fileName()), places.size()) != null) {
        throw new FormatException(image.source() + ": a second image has the map of this one");
      }
    }
  }

  @Override
  public List<String> names() {
    return List.copyOf(places.keySet());
  }

  @Override
  public Path folder() {
    return request.labels();
  }

  @Override
  public List<CocoCategory> categories() {
    return truth.dataset().categories().stream()
        .map(category -> new CocoCategory(category.id(), category.name(), ""))
        .toList();
  }

  @Override
  public LabelledImage read(String name) throws IOException {
    int place = places.get(name);
    PanopticAnnotation image = truth.dataset().annotations().get(place);
    IdMap map = truth.map(place);
    Map<Integer, Rle> masks =
        IdRuns.masks(map.size().height(), map.size().width(), i -> map.ids()[i]);
    List<LabelledObject> objects = new ArrayList<>();
    for (PanopticSegment segment : image.segments()) {
      Rle mask = masks.get((int) segment.id());
      String category = categories.get(segment.categoryId());
      if (mask == null || category == null) {
        request
            .warnings()
            .add(
                "segments without a pixel or of a category that is not listed (left out)",
                () -> image.describe() + ", segment " + segment.id());
      } else {
        objects.add(LabelledObject.of(category, mask).withDifficult(segment.crowd()));
      }
    }
    return new LabelledImage(
        image.describe(), name, request.imageFile(name, ".jpg"), map.size(), objects);
  }
}
