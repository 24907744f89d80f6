package dev.dovetail.cli.labels;

import dev.dovetail.formats.LabelledImage;
import dev.dovetail.formats.LabelledObject;
import dev.dovetail.formats.coco.CocoCategory;
import dev.dovetail.formats.coco.CocoDatasetWriter;
import dev.dovetail.formats.coco.CocoImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes a COCO ground truth. Image ids are assigned from 1 in order. */
final class CocoTarget implements LabelTarget {

  private final CocoDatasetWriter writer;
  private final List<CocoCategory> categories;
  private final Map<String, Long> ids = new HashMap<>();
  private final List<CocoImage> images = new ArrayList<>();

  CocoTarget(TargetRequest request) throws IOException {
    this.categories = request.categories();
    categories.forEach(c -> ids.put(c.name(), c.id()));
    this.writer = CocoDatasetWriter.create(request.out());
  }

  @Override
  public void add(LabelledImage image) throws IOException {
    CocoImage entry =
        new CocoImage(
            images.size() + 1, image.size().width(), image.size().height(), image.fileName());
    images.add(entry);
    for (LabelledObject object : image.objects()) {
      writer.annotation(entry, ids.get(object.category()), object);
    }
  }

  @Override
  public void finish() throws IOException {
    writer.finish(images, categories);
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }
}
