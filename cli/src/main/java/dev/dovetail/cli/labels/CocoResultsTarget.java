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
 * Writes a COCO result list of boxes or masks. Ids are taken from the ground truth. Without a
 * ground truth, rows contain the names of the image file and the category.
 */
public final class CocoResultsTarget implements LabelTarget {

  private final CocoResultsWriter writer;
  private final Map<String, Long> categories = new HashMap<>();
  private final Map<String, Long> images = new HashMap<>();
  private final boolean named;
  private boolean first = true;
  private boolean masks;

  /** Uses the ids of the request's ground truth, if any. */
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
                + (": a " + object.category() + " has no score and is therefore not a detection")
                + " (VOC: no <confidence>)");
      }
      if (!first && object.hasMask() != masks) {
        throw new FormatException(
            image.source()
                + ": has both boxes and outlines, but a result list can contain only one kind"
                + " (omit outlines with --boxes)");
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
