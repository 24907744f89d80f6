package dev.dovetail.eval.gallery;

import dev.dovetail.eval.analysis.ErrorType;
import dev.dovetail.eval.analysis.TruthFate;
import dev.dovetail.eval.gallery.Kind.Look;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The kinds of detections and ground truths, as in the breakdown of errors. */
enum DetectionKind {
  MISSED(Look.BAD, true, "not detected at all"),
  FALSE(Look.BAD, false, "background detected as an object"),
  CONFUSED(Look.BAD, false, "right place, wrong class"),
  LOCALIZED("badly localized", Look.NEAR, false, "right class, box or mask not accurate enough"),
  BOTH(
      "confused and badly localized",
      Look.BAD,
      false,
      "wrong class, and box or mask not accurate enough"),
  DUPLICATE(Look.NEAR, false, "another detection matches the same ground truth"),
  NEARLY("found wrongly", Look.NEAR, true, "detected only with a wrong class or badly localized"),
  RIGHT(Look.GOOD, false, "matches a ground truth of its class"),
  FOUND(Look.GOOD, true, "a detection of its class matches"),
  CROWD(Look.FAINT, true, "a group of objects; not evaluated"),
  IGNORED(
      Look.FAINT,
      false,
      "in a crowd region or void, or of a class that was not annotated; not counted");

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
