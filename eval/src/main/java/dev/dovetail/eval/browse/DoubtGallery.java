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
 * Annotations that predictions contradict: the more certain a prediction that does not agree, the
 * likelier the annotation is wrong.
 */
public final class DoubtGallery implements GallerySource {

  private final DetectionGallery detections;
  private final Map<Doubt, AtomicLong> counts = new EnumMap<>(Doubt.class);

  /** What may be wrong with an annotation, or that nothing seems to be. */
  public enum Doubt {
    /** A certain detection where nothing is annotated. */
    MISSING("missing label?", Look.BAD, false, "found where nothing is annotated"),
    /** A certain detection of another class. */
    CLASS("wrong class?", Look.BAD, false, "found as another class, and not as its own"),
    /** A certain detection of another place. */
    PLACE("bad box?", Look.NEAR, false, "found beside its place, and not at it"),
    /** An annotation that no detection is about. */
    ALONE("nobody finds it", Look.NEAR, true, "annotated where nothing is found"),
    /** An annotation. */
    LABEL("object", Look.GOOD, true, "as it is annotated"),
    /** A detection that agrees, or says nothing about annotations. */
    OTHER("other prediction", Look.FAINT, false, "agrees, or repeats another");

    private final Kind kind;

    Doubt(String shown, Look look, boolean isTruth, String meaning) {
      String id = name().toLowerCase(java.util.Locale.ROOT);
      kind = new Kind(id, shown, meaning, look, isTruth);
    }

    /** {@return how it is shown} */
    public Kind kind() {
      return kind;
    }
  }

  /**
   * A gallery of doubts.
   *
   * @param detections beside their ground truth
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

  /** {@return how many objects there are of each, detections from the score of the gallery on} */
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
