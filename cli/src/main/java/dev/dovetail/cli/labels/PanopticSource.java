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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads COCO's panoptic format, a JSON file and a directory with a segment map for each image, or
 * the instance maps of Cityscapes.
 */
public final class PanopticSource implements LabelSource {

  private final LabelRequest request;
  private final PanopticTruth truth;
  private final Map<String, Integer> images = new LinkedHashMap<>();
  private final Map<Long, String> names = new LinkedHashMap<>();

  /**
   * Reads the JSON file, or lists the maps of Cityscapes.
   *
   * @throws UsageException if the directory of maps does not exist
   */
  PanopticSource(LabelRequest request) throws IOException {
    this.request = request;
    this.truth =
        Files.isDirectory(request.labels())
            ? PanopticTruth.ofInstanceIds(request.labels())
            : json(request);
    for (PanopticAnnotation annotation : truth.dataset().annotations()) {
      String name = name(annotation.fileName());
      if (images.put(name, images.size()) != null) {
        throw new FormatException(
            annotation.describe() + ": the map of another image has the same name");
      }
    }
    truth.dataset().categories().forEach(category -> names.put(category.id(), category.name()));
  }

  /** Returns the name of the image with a map. */
  public static String name(String map) {
    return LabelledImage.stem(map).replaceFirst("_gtFine_panoptic$", "");
  }

  /** Returns the category ids of the file, in the order of {@link #categories}. */
  public List<Long> categoryIds() {
    return List.copyOf(names.keySet());
  }

  private static PanopticTruth json(LabelRequest request) throws IOException {
    Path json = request.labels();
    Path maps =
        PanopticTruth.maps(json)
            .orElseThrow(
                () ->
                    new UsageException(
                        "--labels "
                            + json
                            + ": the directory "
                            + PanopticTruth.expectedMaps(json)
                            + " next to it does not exist; expected a directory with the PNG files of"
                            + " the segments"
                            + PanopticTruth.unpacking(json)));
    return PanopticTruth.ofJson(json, () -> maps, request.warnings());
  }

  @Override
  public List<String> names() {
    return List.copyOf(images.keySet());
  }

  @Override
  public Path folder() {
    return request.labels();
  }

  @Override
  public List<CocoCategory> categories() {
    return request.classes().isEmpty()
        ? LabelSource.numbered(List.copyOf(names.values()))
        : LabelSource.numbered(request.classes());
  }

  @Override
  public Set<String> stuff() {
    return truth.dataset().categories().stream()
        .filter(category -> !category.isThing())
        .map(PanopticCategory::name)
        .collect(Collectors.toSet());
  }

  @Override
  public LabelledImage read(String name) throws IOException {
    int index = images.get(name);
    PanopticAnnotation annotation = truth.dataset().annotations().get(index);
    IdMap map = truth.map(index);
    Map<Integer, Rle> masks =
        IdRuns.masks(map.size().height(), map.size().width(), i -> map.ids()[i]);
    masks.remove(0);
    List<LabelledObject> objects = new ArrayList<>();
    for (PanopticSegment segment : annotation.segments()) {
      Rle mask = masks.remove((int) segment.id());
      if (mask == null) {
        throw new FormatException(
            annotation.describe() + ": the map does not contain the segment " + segment.id());
      }
      String category = names.get(segment.categoryId());
      if (category != null) { // the reader has warned
        objects.add(LabelledObject.of(category, mask).withDifficult(segment.crowd()));
      }
    }
    if (!masks.isEmpty()) {
      throw new FormatException(
          annotation.describe()
              + (": the map contains " + masks.keySet().iterator().next())
              + ", which is not in segments_info");
    }
    return new LabelledImage(
        annotation.describe(), name, imageName(name, annotation), map.size(), objects);
  }

  private String imageName(String name, PanopticAnnotation annotation) {
    for (String known : List.of(name, name + "_leftImg8bit")) {
      if (request.images() != null && request.images().path(known).isPresent()) {
        return request.images().path(known).get();
      }
    }
    return annotation.key() instanceof String file ? file : name + ".jpg";
  }
}
