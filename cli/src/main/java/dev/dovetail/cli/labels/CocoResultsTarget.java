package dev.dovetail.cli.labels;

import dev.dovetail.formats.Box;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.LabelledImage;
import dev.dovetail.formats.LabelledObject;
import dev.dovetail.formats.coco.CocoCategory;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.coco.CocoIds;
import dev.dovetail.formats.coco.CocoImage;
import dev.dovetail.formats.coco.CocoResultsWriter;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * A COCO result list, of boxes or of masks. Its ids are those of the ground truth; without one, the
 * rows name the image's file and the category.
 */
public final class CocoResultsTarget implements LabelTarget {

  private final CocoResultsWriter writer;
  private final Map<String, Long> categories = new HashMap<>();
  private final Map<String, Long> images = new HashMap<>();
  private final boolean named;
  private boolean first = true;
  private boolean masks;

  /** The ids of the ground truth are those of the request, if it has one. */
  public CocoResultsTarget(TargetRequest request) throws IOException {
    CocoDataset truth = request.truth();
    this.named = truth == null;
    this.writer =
        CocoResultsWriter.create(request.out(), truth == null ? CocoIds.NUMBERS : truth.ids());
    for (CocoCategory category : request.categories()) {
      categories.put(category.name(), category.id());
    }
    if (truth != null) {
      for (CocoImage image : truth.images()) {
        images.put(image.fileName(), image.id());
      }
    }
  }

  @Override
  public void add(LabelledImage image) throws IOException {
    for (LabelledObject object : image.objects()) {
      if (!object.hasScore()) {
        throw new FormatException(
            image.source()
                + (": a " + object.category() + " has no score, so it is not a detection")
                + " (VOC: no <confidence>)");
      }
      if (!first && object.hasMask() != masks) {
        throw new FormatException(
            image.source()
                + ": has boxes and outlines; a result list holds one kind (--boxes leaves outlines"
                + " out)");
      }
      first = false;
      masks = object.hasMask();
      if (named) {
        writer.naming(image.fileName(), object.category());
      }
      long id = named ? 0 : images.get(image.fileName());
      long category = categories.get(object.category());
      if (masks) {
        writer.mask(id, category, object.score(), object.mask(image.size()));
      } else {
        Box b = object.box();
        writer.box(id, category, object.score(), b.x(), b.y(), b.width(), b.height());
      }
    }
  }

  @Override
  public void finish() throws IOException {
    writer.finish();
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }
}
