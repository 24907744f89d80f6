package dev.dovetail.cli.labels;

import java.nio.file.Files;
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

/** COCO's panoptic format, a JSON file and a folder of PNGs beside it, or Cityscapes: segments. */
public final class PanopticSource implements LabelSource {

  /** What Cityscapes adds to the name of an image. */
  private static final String CITYSCAPES = "_leftImg8bit";

  private final LabelRequest request;
  private final PanopticTruth truth;
  private final Map<String, Integer> places = new LinkedHashMap<>();
  private final Map<Long, String> categories = new LinkedHashMap<>();

  /**
   * Reads the JSON file, or lists Cityscapes' maps.
   *
   * @throws UsageException if there is no folder of its PNGs
   */
  PanopticSource(LabelRequest request) throws IOException {
    this.request = request;
    truth =
        Files.isDirectory(request.labels())
            ? PanopticTruth.ofInstanceIds(request.labels())
            : json(request);
    for (PanopticCategory category : truth.dataset().categories()) {
      categories.put(category.id(), category.name());
    }
    for (PanopticAnnotation image : truth.dataset().annotations()) {
      if (places.put(name(image.fileName()), places.size()) != null) {
        throw new FormatException(image.source() + ": a second image has the map of this one");
      }
    }
  }

  private static PanopticTruth json(LabelRequest request) throws IOException {
    Path json = request.labels();
    Path maps =
        PanopticTruth.maps(json)
            .orElseThrow(
                () ->
                    new UsageException(
                        json
                            + (" needs the folder of its PNG files, ")
                            + (PanopticTruth.expectedMaps(json) + PanopticTruth.unpacking(json))));
    return PanopticTruth.ofJson(json, () -> maps, request.warnings());
  }

  /**
   * The name of the image that a map is about; Cityscapes adds to it.
   *
   * @param map the file of the map
   */
  public static String name(String map) {
    return LabelledImage.stem(map).replaceFirst("_gtFine_panoptic$", "");
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
    String file = request.imageFile(name + CITYSCAPES, "");
    boolean found = !file.equals(name + CITYSCAPES);
    return new LabelledImage(
        image.describe(),
        name,
        found ? file : request.imageFile(name, ".jpg"),
        map.size(),
        objects);
  }
}
