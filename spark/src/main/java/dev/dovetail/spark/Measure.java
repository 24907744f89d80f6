package dev.dovetail.spark;

import dev.dovetail.eval.coco.params.CocoParams;
import dev.dovetail.eval.coco.params.IouType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** The kinds of evaluation, with the names of {@code dovetail score --type}. */
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
   * {@return the measure with a name}
   *
   * @throws IllegalArgumentException if it does not exist
   */
  static Measure of(String name) {
    return Arrays.stream(values())
        .filter(measure -> measure.label().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "the type '" + name + "' does not exist; expected one of " + labels()));
  }

  static List<String> labels() {
    return Arrays.stream(values()).map(Measure::label).toList();
  }

  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** {@return the name of the default metric} */
  String metric() {
    return metric;
  }

  /** {@return the columns of the results} */
  ResultColumns columns() {
    return columns;
  }

  /** {@return the parameters of an evaluation of objects; empty for label maps and segments} */
  Optional<CocoParams> objects() {
    return objects.map(Supplier::get);
  }

  /** {@return whether the evaluation needs masks} */
  boolean readsMasks() {
    return objects().map(params -> params.type().needsMasks()).orElse(false);
  }
}
