package dev.dovetail.eval.gallery;

import dev.dovetail.eval.gallery.GalleryObject.Match;
import dev.dovetail.eval.gallery.Kind.Look;
import dev.dovetail.eval.panoptic.SegmentFates;
import dev.dovetail.formats.Box;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.coco.IdIndex;
import dev.dovetail.formats.mask.IdRuns;
import dev.dovetail.formats.mask.Rle;
import dev.dovetail.formats.panoptic.IdMap;
import dev.dovetail.formats.panoptic.PanopticAnnotation;
import dev.dovetail.formats.panoptic.PanopticCategory;
import dev.dovetail.formats.panoptic.PanopticDataset;
import dev.dovetail.formats.panoptic.PanopticSegment;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A gallery of matched and unmatched panoptic segments. */
public final class PanopticGallery implements GallerySource {

  private static final int MISSED = 0;
  private static final int FALSE = 1;
  private static final int FOUND = 2;
  private static final int RIGHT = 3;
  private static final int CROWD = 4;
  private static final int EXCUSED = 5;

  private final PanopticDataset set;
  private final IdIndex categories = new IdIndex();
  private final Maps maps;
  private final PhotoFolder photos;

  /** The segments of a data set. */
  public interface Maps {

    /**
     * {@return the segments of an image, by its index in the ground truth}
     *
     * @throws IOException if a map cannot be read
     */
    Segments read(int image) throws IOException;
  }

  /** The predicted segments of an image, and the pixels of the true and the predicted ones. */
  public record Segments(IdMap truthMap, PanopticAnnotation prediction, IdMap predictionMap) {}

  /**
   * Creates a gallery of segments.
   *
   * @param set the ground truth
   * @param maps of all images
   * @param photos the image files
   */
  public PanopticGallery(PanopticDataset set, Maps maps, PhotoFolder photos) {
    this.set = set;
    this.maps = maps;
    this.photos = photos;
    set.categories().forEach(category -> categories.add(category.id()));
  }

  @Override
  public int images() {
    return set.annotations().size();
  }

  @Override
  public GalleryInfo info() {
    return new GalleryInfo(
        set.categories().stream().map(PanopticCategory::name).toList(),
        List.of(
            new Kind("missed", "missed", "no predicted segment matches", Look.BAD, true),
            new Kind("false", "false", "matches no true segment", Look.BAD, false),
            new Kind("found", "found", "a predicted segment matches", Look.GOOD, true),
            new Kind("right", "right", "matches a true segment", Look.GOOD, false),
            new Kind("crowd", "crowd", "a group of things; not evaluated", Look.FAINT, true),
            new Kind("excused", "excused", "on void or a crowd region", Look.FAINT, false)),
        List.of(
            new Measure("PQ", true, false),
            new Measure("missed", false, true),
            new Measure("false", false, true)),
        List.of(),
        "IoU",
        Double.NaN);
  }

  @Override
  public GalleryImage image(int image, PictureFiles files) throws IOException {
    PanopticAnnotation truth = set.annotations().get(image);
    Segments segments = maps.read(image);
    SegmentFates fates =
        SegmentFates.of(
            set, truth, segments.truthMap(), segments.prediction(), segments.predictionMap());
    String map = truth.fileName();
    int dot = map.lastIndexOf('.');
    String name = dot > 0 ? map.substring(0, dot) : map;
    PhotoFolder.Photo photo = photos.copyOf(files, image, name);
    List<GalleryObject> objects = new ArrayList<>();
    Map<Integer, Rle> masks = masks(segments.truthMap());
    int truths = truth.segments().size();
    int[] taker = new int[segments.prediction().segments().size()];
    Arrays.fill(taker, Match.NONE);
    int missed = 0;
    for (int g = 0; g < truths; g++) {
      PanopticSegment segment = truth.segments().get(g);
      int partner = fates.partner()[g];
      int kind = segment.crowd() ? CROWD : partner == SegmentFates.NONE ? MISSED : FOUND;
      missed += kind == MISSED ? 1 : 0;
      if (partner != SegmentFates.NONE) {
        taker[partner] = g;
      }
      int place = partner == SegmentFates.NONE ? Match.NONE : truths + partner;
      objects.add(object(kind, segment, masks, place, fates.overlap()[g]));
    }
    masks = masks(segments.predictionMap());
    int wrong = 0;
    for (int p = 0; p < taker.length; p++) {
      boolean matched = taker[p] != Match.NONE;
      int kind = matched ? RIGHT : fates.wrong()[p] ? FALSE : EXCUSED;
      wrong += kind == FALSE ? 1 : 0;
      PanopticSegment segment = segments.prediction().segments().get(p);
      double overlap = matched ? fates.overlap()[taker[p]] : 0;
      objects.add(object(kind, segment, masks, taker[p], overlap));
    }
    double quality = Arrays.stream(fates.overlap()).sum();
    long right = Arrays.stream(taker).filter(g -> g != Match.NONE).count();
    double[] values = {quality / (right + (missed + wrong) / 2.0), missed, wrong};
    Size size = segments.truthMap().size();
    return new GalleryImage(name, size, photo.isThere(), values, objects);
  }

  private static Map<Integer, Rle> masks(IdMap map) {
    return IdRuns.masks(map.size().height(), map.size().width(), i -> map.ids()[i]);
  }

  private GalleryObject object(
      int kind, PanopticSegment segment, Map<Integer, Rle> masks, int partner, double overlap) {
    Rle mask = masks.get((int) segment.id());
    Rle.Box box = mask == null ? new Rle.Box(0, 0, 0, 0) : mask.box();
    return new GalleryObject(
        kind,
        categories.get(segment.categoryId()),
        Double.NaN,
        new Box(box.x(), box.y(), box.width(), box.height()),
        mask == null ? 0 : mask.area(),
        new Match(partner, overlap, Match.NONE, Match.NONE),
        mask == null ? List.of() : Outlines.of(mask));
  }
}
