package dev.dovetail.eval.browse;

import dev.dovetail.eval.gallery.GalleryImage;
import dev.dovetail.eval.gallery.GalleryInfo;
import dev.dovetail.eval.gallery.GalleryObject;
import dev.dovetail.eval.gallery.GalleryObject.Match;
import dev.dovetail.eval.gallery.GallerySource;
import dev.dovetail.eval.gallery.Kind;
import dev.dovetail.eval.gallery.Kind.Look;
import dev.dovetail.eval.gallery.Measure;
import dev.dovetail.eval.gallery.Outlines;
import dev.dovetail.eval.gallery.PhotoFolder;
import dev.dovetail.eval.gallery.PictureFiles;
import dev.dovetail.formats.Box;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.coco.CocoAnnotation;
import dev.dovetail.formats.coco.CocoAnnotation.Crowd;
import dev.dovetail.formats.coco.CocoCategory;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.coco.CocoImage;
import dev.dovetail.formats.mask.Rle;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A gallery of a data set's images and annotations. */
public final class SetGallery implements GallerySource {

  private static final int LABEL = 0;
  private static final int CROWD = 1;

  private final CocoDataset set;
  private final PhotoFolder photos;
  private final Map<Long, Integer> places = new HashMap<>();
  private final Map<Long, List<CocoAnnotation>> ofImage = new HashMap<>();

  /**
   * Creates a gallery of annotations.
   *
   * @param set the annotations
   * @param photos the image files
   */
  public SetGallery(CocoDataset set, PhotoFolder photos) {
    this.set = set;
    this.photos = photos;
    set.categories().forEach(category -> places.put(category.id(), places.size()));
    for (CocoAnnotation object : set.annotations()) {
      ofImage.computeIfAbsent(object.imageId(), image -> new ArrayList<>()).add(object);
    }
  }

  @Override
  public int images() {
    return set.images().size();
  }

  @Override
  public GalleryInfo info() {
    return new GalleryInfo(
        set.categories().stream().map(CocoCategory::name).toList(),
        List.of(
            new Kind("label", "object", "an annotated object", Look.GOOD, true),
            new Kind("crowd", "crowd", "a group of objects", Look.FAINT, true)),
        List.of(new Measure("objects", false, false), new Measure("classes", false, true)),
        List.of(),
        "IoU",
        Double.NaN);
  }

  @Override
  public GalleryImage image(int number, PictureFiles files) throws IOException {
    CocoImage image = set.images().get(number);
    PhotoFolder.Photo photo = photos.copy(files, number, image);
    List<GalleryObject> objects = new ArrayList<>();
    for (CocoAnnotation object : ofImage.getOrDefault(image.id(), List.of())) {
      Integer label = places.get(object.categoryId());
      if (label != null) {
        objects.add(object(object, label, photo.size()));
      }
    }
    long counted = objects.stream().filter(o -> o.kind() == LABEL).count();
    long classes = objects.stream().mapToInt(GalleryObject::label).distinct().count();
    double[] values = {counted, classes};
    return new GalleryImage(image.fileName(), photo.size(), photo.isThere(), values, objects);
  }

  private static GalleryObject object(CocoAnnotation object, int label, Size size) {
    Box box = object.box();
    if (box.isAbsent()) {
      Rle.Box around = object.segmentation().toRle(size.height(), size.width()).box();
      box = new Box(around.x(), around.y(), around.width(), around.height());
    }
    return new GalleryObject(
        object.crowd() == Crowd.YES ? CROWD : LABEL,
        label,
        Double.NaN,
        box,
        Double.isNaN(object.area()) ? box.width() * box.height() : object.area(),
        Match.ALONE,
        Outlines.of(object.segmentation(), size));
  }
}
