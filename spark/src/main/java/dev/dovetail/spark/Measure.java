package dev.dovetail.spark;

import dev.dovetail.eval.coco.params.CocoParams;
import dev.dovetail.eval.coco.params.IouType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** What is measured, under the names that {@code dovetail score --type} has. */
enum Measure {
  BBOX("AP", ResultColumns.DETECTION, () -> CocoParams.of(IouType.BBOX)),
  SEGM("AP", ResultColumns.DETECTION, () -> CocoParams.of(IouType.SEGM)),
  BOUNDARY("AP", ResultColumns.DETECTION, () -> CocoParams.of(IouType.BOUNDARY)),
  LVIS_BBOX("AP", ResultColumns.DETECTION, () -> CocoParams.lvis(IouType.BBOX)),
  LVIS_SEGM("AP", ResultColumns.DETECTION, () -> CocoParams.lvis(IouType.SEGM)),
  PANOPTIC("PQ", ResultColumns.PANOPTIC, null),
  SEMANTIC("mIoU", ResultColumns.SEMANTIC, null);

  private final String metric;
  private final ResultColumns columns;
  private final Optional<Supplier<CocoParams>> objects;

  Measure(String metric, ResultColumns columns, Supplier<CocoParams> objects) {
    this.metric = metric;
    this.columns = columns;
    this.objects = Optional.ofNullable(objects);
  }

  /**
   * {@return the measure of a name}
   *
   * @throws IllegalArgumentException if there is none
   */
  static Measure of(String name) {
    return Arrays.stream(values())
        .filter(measure -> measure.label().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'" + name + "' is not measured; expected one of " + labels()));
  }

  static List<String> labels() {
    return Arrays.stream(values()).map(Measure::label).toList();
  }

  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** {@return the number that is the measure's, among its metrics} */
  String metric() {
    return metric;
  }

  /** {@return the columns of what is compared} */
  ResultColumns columns() {
    return columns;
  }

  /** {@return how objects are compared; empty for label maps and segments} */
  Optional<CocoParams> objects() {
    return objects.map(Supplier::get);
  }

  /** Whether the runs of masks are of use. */
  boolean readsMasks() {
    return objects().map(params -> params.type().needsMasks()).orElse(false);
  }
}
