package dev.dovetail.cli.labels;

import dev.dovetail.formats.cityscapes.CityscapesLabel;
import dev.dovetail.formats.semantic.LabelMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The meaning of label map values in each format. */
enum MaskCoding {
  /** The class index. The largest value is void. */
  NUMBERS,
  /** The class index, where class 0 is the background. */
  VOC,
  /** The class index plus 1. The value 0 is void. */
  ADE20K,
  /** Label ids of Cityscapes. */
  CITYSCAPES;

  /** The name of VOC's class 0. */
  static final String BACKGROUND = "background";

  private static final Map<String, CityscapesLabel> CITYSCAPES_LABELS =
      CityscapesLabel.ALL.stream()
          .collect(Collectors.toMap(CityscapesLabel::name, Function.identity()));

  /** Pascal VOC's 20 classes that follow the background. */
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

  /** Returns the void value in maps with this many classes. */
  int nothing(int classes) {
    return switch (this) {
      case NUMBERS, VOC -> classes < 256 ? 255 : 65535;
      case ADE20K, CITYSCAPES -> 0;
    };
  }

  /** Returns whether a value is void. */
  boolean isNothing(int value, LabelMap map, List<String> classes) {
    return switch (this) {
      case NUMBERS, VOC -> value == map.valueCount() - 1;
      case ADE20K -> value == 0;
      case CITYSCAPES ->
          value >= CityscapesLabel.ALL.size()
              || !classes.contains(CityscapesLabel.ALL.get(value).name());
    };
  }

  /** Returns the value of a class; empty if the format cannot represent it. */
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
