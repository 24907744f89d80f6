package dev.dovetail.cli.labels;

import dev.dovetail.formats.cityscapes.CityscapesLabel;
import dev.dovetail.formats.semantic.LabelMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What the values of label maps mean in each format. */
enum MaskCoding {
  /** The number of the class; the largest value stands for nothing. */
  NUMBERS,
  /** The same; class 0 is the background. */
  VOC,
  /** The number of the class and 1; 0 stands for nothing. */
  ADE20K,
  /** Ids of Cityscapes' labels. */
  CITYSCAPES;

  /** The name of VOC's class 0. */
  static final String BACKGROUND = "background";

  private static final Map<String, CityscapesLabel> CITYSCAPES_LABELS =
      CityscapesLabel.ALL.stream()
          .collect(Collectors.toMap(CityscapesLabel::name, Function.identity()));

  /** Pascal VOC's 20 classes behind the background. */
  static final List<String> VOC_CLASSES =
      List.of(
          BACKGROUND,
          "aeroplane",
          "bicycle",
          "bird",
          "boat",
          "bottle",
          "bus",
          "car",
          "cat",
          "chair",
          "cow",
          "diningtable",
          "dog",
          "horse",
          "motorbike",
          "person",
          "pottedplant",
          "sheep",
          "sofa",
          "train",
          "tvmonitor");

  /** The value of pixels that are nothing, in maps of so many classes. */
  int nothing(int classes) {
    return switch (this) {
      case NUMBERS, VOC -> classes < 256 ? 255 : 65535;
      case ADE20K, CITYSCAPES -> 0;
    };
  }

  /** Whether a value that is read stands for nothing. */
  boolean isNothing(int value, LabelMap map, List<String> classes) {
    return switch (this) {
      case NUMBERS, VOC -> value == map.valueCount() - 1;
      case ADE20K -> value == 0;
      case CITYSCAPES ->
          value >= CityscapesLabel.ALL.size()
              || !classes.contains(CityscapesLabel.ALL.get(value).name());
    };
  }

  /** The value of a class; none if it can have none. */
  OptionalInt value(int number, String name) {
    return switch (this) {
      case NUMBERS, VOC -> OptionalInt.of(number);
      case ADE20K -> OptionalInt.of(number + 1);
      case CITYSCAPES ->
          CITYSCAPES_LABELS.containsKey(name)
              ? OptionalInt.of(CITYSCAPES_LABELS.get(name).id())
              : OptionalInt.empty();
    };
  }

  static CityscapesLabel cityscapes(String name) {
    return CITYSCAPES_LABELS.get(name);
  }
}
