package dev.dovetail.cli;

import dev.dovetail.DovetailModel;
import dev.dovetail.Prediction;
import dev.dovetail.cli.console.UsageException;
import dev.dovetail.cli.labels.LabelFormat;
import dev.dovetail.cli.labels.LabelSource;
import dev.dovetail.cli.labels.LabelTarget;
import dev.dovetail.cli.labels.TargetRequest;
import dev.dovetail.formats.LabelledImage;
import dev.dovetail.formats.LabelledObject;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.cityscapes.CityscapesLabel;
import dev.dovetail.formats.mask.IdRuns;
import dev.dovetail.formats.mask.Rle;
import dev.dovetail.formats.panoptic.PanopticMap;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.formats.voc.VocAnnotation.Pixels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;

/** Writes the results of segmentation as label maps, image by image. */
final class PredictedMaps implements PredictedFiles {

  /** Tasks whose results are maps. */
  private static final String SEMANTIC = "semantic";

  private static final String PANOPTIC = "panoptic";

  private final boolean panoptic;
  private final List<String> classes;
  private final List<LabelTarget> targets = new ArrayList<>();

  /**
   * Creates the files.
   *
   * @param formats the formats other than {@code json}
   * @param warnings counts data that cannot be written
   */
  PredictedMaps(List<LabelFormat> formats, DovetailModel model, Path out, Warnings warnings)
      throws IOException {
    this.panoptic = model.task().equals(PANOPTIC);
    this.classes = model.classes();
    Set<String> stuff = model.stuff().stream().map(this::name).collect(Collectors.toSet());
    for (LabelFormat format : formats) {
      if (format == LabelFormat.CITYSCAPES) {
        requireCityscapes();
      }
      LabelFormat written = format == LabelFormat.COCO ? LabelFormat.COCO_PANOPTIC : format;
      targets.add(
          written.create(
              new TargetRequest(
                  place(format, out),
                  LabelSource.numbered(classes),
                  true,
                  null,
                  Pixels.FROM_ONE,
                  !panoptic,
                  stuff,
                  warnings)));
    }
  }

  /** Returns the formats of a model's results if they are maps; otherwise, none. */
  static Set<LabelFormat> formats(DovetailModel model) {
    return switch (model.task()) {
      case SEMANTIC -> LabelFormat.OF_MAPS;
      case PANOPTIC -> LabelFormat.OF_SEGMENTS;
      default -> Set.of();
    };
  }

  private static Path place(LabelFormat format, Path out) {
    return format == LabelFormat.COCO || format == LabelFormat.VOC_MASKS
        ? out // in directories of their own
        : out.resolve(format.toString());
  }

  private void requireCityscapes() {
    Set<String> known =
        CityscapesLabel.ALL.stream().map(CityscapesLabel::name).collect(Collectors.toSet());
    for (String name : classes) {
      if (!known.contains(name)) {
        throw new UsageException(
            "--format cityscapes: the class \""
                + name
                + "\" of the model is not a Cityscapes label; use masks");
      }
    }
  }

  private String name(int label) {
    return label < classes.size() ? classes.get(label) : Integer.toString(label);
  }

  @Override
  public synchronized void add(int index, Path file, String name, Prediction prediction)
      throws IOException {
    List<LabelledObject> objects =
        panoptic ? segments(prediction.panopticMap()) : regions(prediction.labelMap());
    LabelledImage image =
        new LabelledImage(file.toString(), name, file.toString(), prediction.imageSize(), objects);
    for (LabelTarget target : targets) {
      target.add(image);
    }
  }

  private List<LabelledObject> regions(LabelMap map) {
    List<LabelledObject> objects = new ArrayList<>();
    masks(map.size(), map::at)
        .forEach((label, mask) -> objects.add(LabelledObject.of(name(label), mask)));
    return objects;
  }

  private List<LabelledObject> segments(PanopticMap result) {
    int[] ids = result.map().ids();
    Map<Integer, Rle> masks = masks(result.map().size(), i -> ids[i]);
    List<LabelledObject> objects = new ArrayList<>();
    for (PanopticMap.Segment segment : result.segments()) {
      if (masks.containsKey(segment.id())) {
        objects.add(LabelledObject.of(name(segment.label()), masks.get(segment.id())));
      }
    }
    return objects;
  }

  private static Map<Integer, Rle> masks(Size size, IntUnaryOperator ids) {
    return IdRuns.masks(size.height(), size.width(), ids);
  }

  @Override
  public void finish() throws IOException {
    for (LabelTarget target : targets) {
      target.finish();
    }
  }

  @Override
  public void close() throws IOException {
    for (LabelTarget target : targets) {
      target.close();
    }
  }
}
