package dev.dovetail.cli.labels;

import dev.dovetail.files.OutputFile;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.LabelledImage;
import dev.dovetail.formats.LabelledObject;
import dev.dovetail.formats.cityscapes.CityscapesFiles;
import dev.dovetail.formats.cityscapes.CityscapesLabel;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.formats.semantic.LabelPng;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Writes label maps, and instance maps for formats that have them. {@link ObjectPainter} paints
 * them.
 */
final class MaskTarget implements LabelTarget {

  private static final int LARGEST = 65535;

  private final TargetRequest request;
  private final LabelFormat format;
  private final List<String> classes;
  private final Map<String, Integer> values = new HashMap<>();
  private final int nothing;
  private final ObjectPainter painter;

  MaskTarget(TargetRequest request, LabelFormat format, MaskCoding coding) {
    this.request = request;
    this.painter = new ObjectPainter(request.warnings());
    this.format = format;
    this.classes = new ArrayList<>(request.names());
    boolean voc = coding == MaskCoding.VOC;
    if (voc && !classes.contains(MaskCoding.BACKGROUND)) {
      classes.add(0, MaskCoding.BACKGROUND);
    }
    for (int c = 0; c < classes.size(); c++) {
      OptionalInt value = coding.value(c, classes.get(c));
      if (value.isPresent()) {
        values.put(classes.get(c), value.getAsInt());
      }
    }
    this.nothing = voc && !request.maps() ? 0 : coding.nothing(classes.size());
  }

  @Override
  public void add(LabelledImage image) throws IOException {
    if (format == LabelFormat.INSTANCES) {
      write(request.out(), image, ".png", objects(image), true);
      return;
    }
    int[] labels = painter.paint(image, nothing, this::value);
    boolean sixteenBits = classes.size() > 255;
    switch (format) {
      case VOC_MASKS -> {
        write(request.out().resolve("SegmentationClass"), image, ".png", labels, sixteenBits);
        if (!request.maps()) {
          boolean many = image.objects().size() > 254;
          int none = many ? LARGEST : 255;
          int[] ids =
              painter.paint(image, 0, (object, number) -> object.difficult() ? none : number + 1);
          write(request.out().resolve("SegmentationObject"), image, ".png", ids, many);
        }
      }
      case CITYSCAPES -> {
        LabelledImage core = core(image);
        write(request.out(), core, "_gtFine_labelIds.png", labels, false);
        boolean submitted = request.maps() && request.detections();
        if (!submitted) {
          write(request.out(), core, "_gtFine_instanceIds.png", cityscapesObjects(image), true);
        }
      }
      default -> write(request.out(), image, ".png", labels, sixteenBits);
    }
  }

  private static LabelledImage core(LabelledImage image) {
    String name = CityscapesFiles.core(image.name());
    return new LabelledImage(image.source(), name, image.fileName(), image.size(), List.of());
  }

  private int value(LabelledObject object, int number) throws FormatException {
    Integer value = values.get(object.category());
    if (value == null) {
      throw new FormatException(
          "\"" + object.category() + "\" is not a Cityscapes label; specify other --classes");
    }
    return object.difficult() && format == LabelFormat.VOC_MASKS
        ? MaskCoding.VOC.nothing(classes.size())
        : value;
  }

  /** Numbers instances from 0 within each class. Crowds are void. */
  private int[] objects(LabelledImage image) throws IOException {
    Map<String, Integer> counts = new HashMap<>();
    Map<String, Integer> numbers = request.numbers();
    return painter.paint(
        image,
        0,
        (object, number) -> {
          if (object.difficult()) {
            return 0;
          }
          int ofClass = counts.merge(object.category(), 1, Integer::sum) - 1;
          int value = (numbers.get(object.category()) + 1) * InstanceSource.STEP + ofClass;
          if (ofClass >= InstanceSource.STEP || value > LARGEST) {
            throw new FormatException(
                image.source()
                    + (": 16-bit instance maps are limited to 64 classes and 1000 objects per"
                        + " class; ")
                    + ("object "
                        + ofClass
                        + " of \""
                        + object.category()
                        + "\" exceeds the limit"));
          }
          return value;
        });
  }

  private int[] cityscapesObjects(LabelledImage image) throws IOException {
    Map<String, Integer> counts = new HashMap<>();
    return painter.paint(
        image,
        0,
        (object, number) -> {
          CityscapesLabel label = MaskCoding.cityscapes(object.category());
          return label.hasInstances() && !object.difficult() && !request.maps()
              ? label.id() * CityscapesLabel.INSTANCES
                  + counts.merge(label.name(), 1, Integer::sum)
                  - 1
              : label.id();
        });
  }

  private void write(
      Path folder, LabelledImage image, String ending, int[] values, boolean sixteenBits)
      throws IOException {
    Path file = FolderTarget.file(folder, image, ending);
    LabelMap map = LabelMap.of(image.size(), values, sixteenBits);
    if (format == LabelFormat.VOC_MASKS && map instanceof LabelMap.Bytes bytes) {
      LabelPng.writeWithColours(file, bytes);
    } else {
      LabelPng.write(file, map);
    }
  }

  @Override
  public void finish() throws IOException {
    if (format != LabelFormat.CITYSCAPES) {
      String text = String.join("\n", classes) + "\n";
      OutputFile.write(request.out().resolve("classes.txt"), text.getBytes(StandardCharsets.UTF_8));
    }
  }

  @Override
  public void close() {
    // Each file is written atomically.
  }
}
