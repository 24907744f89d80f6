package dev.dovetail.eval.browse;

import dev.dovetail.eval.gallery.DetectionGallery;
import dev.dovetail.eval.gallery.GalleryImage;
import dev.dovetail.eval.gallery.GalleryInfo;
import dev.dovetail.eval.gallery.GalleryObject;
import dev.dovetail.eval.gallery.GallerySource;
import dev.dovetail.eval.gallery.Kind;
import dev.dovetail.eval.gallery.Kind.Look;
import dev.dovetail.eval.gallery.Measure;
import dev.dovetail.eval.gallery.PictureFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A gallery of annotations that predictions contradict. The higher the score of a contradicting
 * prediction, the more likely the annotation is wrong.
 */
public final class DoubtGallery implements GallerySource {

  private final DetectionGallery detections;
  private final Map<Doubt, AtomicLong> counts = new EnumMap<>(Doubt.class);

  /** The possible errors of an annotation, and the kinds of objects without one. */
  public enum Doubt {
    /** A confident detection without an annotation. */
    MISSING("missing label?", Look.BAD, false, "detected, but not annotated"),
    /** A confident detection of another class. */
    CLASS("wrong class?", Look.BAD, false, "detected only as another class"),
    /** A confident detection at a different location. */
    PLACE("bad box?", Look.NEAR, false, "detected only at a different location"),
    /** An annotation without a detection. */
    ALONE("not detected", Look.NEAR, true, "annotated, but not detected"),
    /** An annotation. */
    LABEL("object", Look.GOOD, true, "an annotated object"),
    /** A detection that agrees with an annotation, or is not evidence about one. */
    OTHER(
        "other prediction",
        Look.FAINT,
        false,
        "agrees with an annotation, or repeats another prediction");

    private final Kind kind;

    Doubt(String shown, Look look, boolean isTruth, String meaning) {
      String id = name().toLowerCase(java.util.Locale.ROOT);
      kind = new Kind(id, shown, meaning, look, isTruth);
    }

    /** {@return the kind of objects in the gallery} */
    public Kind kind() {
      return kind;
    }
  }

  /**
   * Creates a gallery of possible errors.
   *
   * @param detections with their ground truth
   */
  public DoubtGallery(DetectionGallery detections) {
    this.detections = detections;
    for (Doubt doubt : Doubt.values()) {
      counts.put(doubt, new AtomicLong());
    }
  }

  @Override
  public int images() {
    return detections.images();
  }

  @Override
  public GalleryInfo info() {
    GalleryInfo info = detections.info();
    List<Kind> kinds = new ArrayList<>();
    for (Doubt doubt : Doubt.values()) {
      kinds.add(doubt.kind);
    }
    return new GalleryInfo(
        info.classes(),
        kinds,
        List.of(
            new Measure("doubt", false, true),
            new Measure("likely errors", false, true),
            new Measure("objects", false, false)),
        List.of(),
        info.overlap(),
        info.score());
  }

  /**
   * {@return the number of objects of each kind; detections below the score of the gallery are
   * excluded}
   */
  public Map<Doubt, AtomicLong> counts() {
    return counts;
  }

  @Override
  public GalleryImage image(int number, PictureFiles files) throws IOException {
    GalleryImage image = detections.image(number, files);
    double least = detections.info().score();
    List<GalleryObject> objects = new ArrayList<>();
    double sum = 0;
    int likely = 0;
    int labels = 0;
    for (GalleryObject object : image.objects()) {
      Doubt doubt = doubt(object, image.objects());
      objects.add(object.ofKind(doubt.ordinal()));
      boolean counted = doubt.kind.isTruth() || object.score() >= least;
      if (counted) {
        counts.get(doubt).incrementAndGet();
      }
      if (counted && !doubt.kind.isTruth() && doubt != Doubt.OTHER) {
        sum += object.score();
        likely++;
      }
      labels += doubt.kind.isTruth() ? 1 : 0;
    }
    double[] values = {sum, likely, labels};
    return new GalleryImage(image.name(), image.size(), image.hasPhoto(), values, objects);
  }

  private static Doubt doubt(GalleryObject object, List<GalleryObject> all) {
    int partner = object.match().partner();
    boolean open = partner >= 0 && !DetectionGallery.isFound(all.get(partner));
    return switch (DetectionGallery.kindOf(object)) {
      case "false" -> Doubt.MISSING;
      case "confused" -> open ? Doubt.CLASS : Doubt.OTHER;
      case "localized" -> open ? Doubt.PLACE : Doubt.OTHER;
      case "missed" -> Doubt.ALONE;
      case "found", "nearly", "crowd" -> Doubt.LABEL;
      default -> Doubt.OTHER;
    };
  }
}
