package dev.dovetail.eval.gallery;

import dev.dovetail.eval.analysis.ErrorType;
import dev.dovetail.eval.analysis.TruthFate;
import dev.dovetail.eval.gallery.Kind.Look;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What becomes of detections and their ground truths, as the breakdown of errors tells it. */
enum DetectionKind {
  MISSED(Look.BAD, true, "not found at all"),
  FALSE(Look.BAD, false, "detected where there is nothing"),
  CONFUSED(Look.BAD, false, "right place, wrong class"),
  LOCALIZED("badly localized", Look.NEAR, false, "right class, box or mask not good enough"),
  BOTH("confused and badly localized", Look.BAD, false, "wrong class and not good enough"),
  DUPLICATE(Look.NEAR, false, "found a second time"),
  NEARLY("found wrongly", Look.NEAR, true, "found only with a wrong class or a bad place"),
  RIGHT(Look.GOOD, false, "takes a ground truth of its class"),
  FOUND(Look.GOOD, true, "a detection of its class took it"),
  CROWD(Look.FAINT, true, "many objects at once; not looked for"),
  IGNORED(
      Look.FAINT,
      false,
      "lies in a crowd or in void, or is of a class that nobody looked for; does not count");

  private final Kind kind;

  DetectionKind(Look look, boolean isTruth, String meaning) {
    this("", look, isTruth, meaning);
  }

  DetectionKind(String name, Look look, boolean isTruth, String meaning) {
    String id = name().toLowerCase(Locale.ROOT);
    kind = new Kind(id, name.isEmpty() ? id : name, meaning, look, isTruth);
  }

  static List<Kind> kinds() {
    return Arrays.stream(values()).map(k -> k.kind).toList();
  }

  static DetectionKind of(@Nullable ErrorType error, boolean ignored) {
    if (ignored) {
      return IGNORED;
    }
    if (error == null) {
      return RIGHT;
    }
    return switch (error) {
      case CLASSIFICATION -> CONFUSED;
      case LOCALISATION -> LOCALIZED;
      case BOTH -> BOTH;
      case DUPLICATE -> DUPLICATE;
      case BACKGROUND -> FALSE;
      case MISSED -> MISSED;
    };
  }

  static DetectionKind of(TruthFate fate) {
    return switch (fate) {
      case FOUND -> FOUND;
      case NEARLY -> NEARLY;
      case MISSED -> MISSED;
      case CROWD -> CROWD;
    };
  }
}
