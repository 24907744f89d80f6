package dev.dovetail.cli.labels;

import dev.dovetail.cli.console.NamedValues;
import dev.dovetail.cli.console.UsageException;
import dev.dovetail.formats.LabelledImage;
import dev.dovetail.formats.cityscapes.CityscapesFiles;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.coco.CocoResults;
import dev.dovetail.formats.cvat.CvatAnnotations;
import dev.dovetail.formats.datasets.CityscapesTruth;
import dev.dovetail.formats.labelstudio.LabelStudioTasks;
import dev.dovetail.formats.predictions.ObjectsCsv;
import dev.dovetail.formats.predictions.PredictionsJson;
import dev.dovetail.formats.yolo.DataYaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Formats of labels and detections, with their readers and writers. */
public enum LabelFormat {
  COCO(LabelFormat::coco, FormatTargets::coco, false),
  COCO_PANOPTIC(PanopticSource::new, FormatTargets::panoptic, true),
  YOLO(YoloSource::of, FolderTarget::yolo, true),
  VOC(VocSource::new, FolderTarget::voc, true),
  LABELME(LabelMeSource::new, FolderTarget::labelMe, true),
  CVAT(LabelFormat::cvat, FileTarget::cvat, false),
  LABEL_STUDIO(LabelFormat::labelStudio, FileTarget::labelStudio, false),
  CSV(r -> listed(r, ObjectsCsv.read(r.labels())), FileTarget::csv, false),
  JSON(r -> listed(r, PredictionsJson.read(r.labels())), null, false),
  MASKS(r -> new MaskSource(r, MaskCoding.NUMBERS), FormatTargets::masks, true),
  INSTANCES(InstanceSource::new, FormatTargets::instances, true),
  VOC_MASKS(r -> new MaskSource(r, MaskCoding.VOC), FormatTargets::vocMasks, true),
  ADE20K(r -> new MaskSource(r, MaskCoding.ADE20K), FormatTargets::ade20k, true),
  CITYSCAPES(LabelFormat::cityscapes, FormatTargets::cityscapes, true),
  CITYSCAPES_MASKS(r -> new MaskSource(r, MaskCoding.CITYSCAPES), null, true);

  /** Formats of objects that can store scores. */
  public static final Set<LabelFormat> OF_OBJECTS =
      Collections.unmodifiableSet(
          EnumSet.of(COCO, YOLO, VOC, LABELME, CVAT, LABEL_STUDIO, CSV, JSON));

  /** Formats of predicted label maps. */
  public static final Set<LabelFormat> OF_MAPS =
      Collections.unmodifiableSet(EnumSet.of(JSON, MASKS, VOC_MASKS, ADE20K, CITYSCAPES));

  /** Formats of predicted segments. */
  public static final Set<LabelFormat> OF_SEGMENTS =
      Collections.unmodifiableSet(EnumSet.of(JSON, COCO, MASKS, VOC_MASKS, ADE20K, CITYSCAPES));

  private interface Opening {
    LabelSource open(LabelRequest request) throws IOException;
  }

  private interface Creating {
    LabelTarget create(TargetRequest request) throws IOException;
  }

  private final Opening opening;
  private final @Nullable Creating creating;
  private final boolean folder;

  LabelFormat(Opening opening, @Nullable Creating creating, boolean folder) {
    this.opening = opening;
    this.creating = creating;
    this.folder = folder;
  }

  /**
   * Opens the labels.
   *
   * @throws UsageException if the request lacks something that the format needs
   */
  public LabelSource open(LabelRequest request) throws IOException {
    boolean listed = !folder || this == COCO_PANOPTIC;
    boolean cityscapes =
        this == COCO_PANOPTIC
            && Files.isDirectory(request.labels())
            && CityscapesFiles.isAnnotated(request.labels());
    boolean single = listed && !cityscapes && Files.isDirectory(request.labels());
    if (single
        || !Files.exists(request.labels())
        || !listed && !Files.isDirectory(request.labels())) {
      throw new UsageException(
          "--labels "
              + request.labels()
              + (Files.exists(request.labels()) ? " is not a " : ": no such ")
              + (listed ? "file" : "directory"));
    }
    return opening.open(request);
  }

  /**
   * Opens the labels of one split of a data set, or detections.
   *
   * @param part the split of a {@code data.yaml}; null for none
   * @param truth the ground truth of the detections; null for none
   * @throws UsageException if the request lacks something that the format needs
   */
  public LabelSource open(LabelRequest request, @Nullable String part, @Nullable CocoDataset truth)
      throws IOException {
    if (this == YOLO && request.labels().toString().matches("(?i).*\\.ya?ml")) {
      return YoloSource.ofYaml(request, part);
    }
    if (this == COCO && FileStart.first(request.labels()) == '[') {
      CocoResults results = CocoResults.read(request.labels(), request.warnings());
      CocoDataset images = truth == null ? CocoLabels.imagesAsTruth(results, request) : truth;
      return new ListedSource(
          request, CocoLabels.of(results, images, request), images.categories());
    }
    return open(request);
  }

  /** Returns whether a {@code data.yaml} lists a part. */
  public static boolean hasPart(Path yaml, String part) throws IOException {
    return DataYaml.parts(yaml).containsKey(part);
  }

  /** Matches detections to the images of a ground truth. */
  public static DetectionMatch matching(CocoDataset truth) {
    return new DetectionMatch(truth);
  }

  /** Returns the background class in the format's label maps; empty if there is none. */
  public static String background(LabelFormat format) {
    return format == VOC_MASKS ? MaskCoding.BACKGROUND : "";
  }

  /** Opens a target. Requires {@link #isWritten}. */
  public LabelTarget create(TargetRequest request) throws IOException {
    if (creating == null) {
      throw new IllegalStateException(this + " is read only");
    }
    return creating.create(request);
  }

  /** Returns whether {@link #create} is supported. */
  public boolean isWritten() {
    return creating != null;
  }

  /** Returns whether the format consists of a directory rather than a single file. */
  public boolean isFolder() {
    return folder;
  }

  /**
   * Returns whether the format has only label maps, which do not distinguish objects of the same
   * class.
   */
  public boolean isMaps() {
    return Set.of(MASKS, VOC_MASKS, ADE20K, CITYSCAPES, COCO_PANOPTIC).contains(this);
  }

  private static LabelSource listed(LabelRequest request, List<LabelledImage> images)
      throws IOException {
    return new ListedSource(request, images, List.of());
  }

  private static LabelSource coco(LabelRequest request) throws IOException {
    CocoDataset dataset = CocoDataset.read(request.labels(), request.warnings());
    return new ListedSource(request, CocoLabels.of(dataset, request), dataset.categories());
  }

  private static LabelSource cvat(LabelRequest request) throws IOException {
    CvatAnnotations read = CvatAnnotations.read(request.labels(), request.warnings());
    return new ListedSource(request, read.images(), LabelSource.numbered(read.labels()));
  }

  private static LabelSource labelStudio(LabelRequest request) throws IOException {
    return listed(
        request,
        LabelStudioTasks.read(
            request.labels(), request.detections(), request.sizes(), request.warnings()));
  }

  private static LabelSource cityscapes(LabelRequest request) throws IOException {
    CocoDataset objects = CityscapesTruth.read(request.labels()).objects();
    return new ListedSource(request, CocoLabels.of(objects, request), objects.categories());
  }

  /** Returns the name of the format as a user writes it: {@code label-studio}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Reads the name of a format, and lists the names for the help. */
  public abstract static class Names extends NamedValues<LabelFormat> {
    private Names(Predicate<LabelFormat> filter) {
      super("format", () -> Arrays.stream(values()).filter(filter).toList(), LabelFormat::toString);
    }
  }

  /** All formats. */
  public static final class ReadNames extends Names {
    /** For picocli. */
    public ReadNames() {
      super(format -> true);
    }
  }

  /** Formats that can be written. */
  public static final class WrittenNames extends Names {
    /** For picocli. */
    public WrittenNames() {
      super(LabelFormat::isWritten);
    }
  }

  /** Formats of predictions. The task of the model decides which of them are supported. */
  public static final class ResultNames extends Names {
    /** For picocli. */
    public ResultNames() {
      super(format -> OF_OBJECTS.contains(format) || OF_MAPS.contains(format));
    }
  }
}
