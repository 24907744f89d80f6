package dev.dovetail.train.data;

import dev.dovetail.formats.Detections;
import dev.dovetail.formats.Size;
import dev.dovetail.images.Image;
import dev.dovetail.images.PillowFilter;
import dev.dovetail.images.Resize;
import dev.dovetail.images.draw.ClassPainter;
import dev.dovetail.images.draw.DrawingStyle;
import dev.dovetail.images.draw.InstancePainter;
import dev.dovetail.images.draw.LabelPainter;
import dev.dovetail.images.draw.Palette;
import dev.dovetail.train.data.augment.AnnotatedImage;
import dev.dovetail.train.data.augment.Instances;
import java.util.Arrays;
import java.util.List;

/**
 * Draws a batch: each image with its boxes and masks, its label map or its class.
 *
 * @param classes the class names
 * @param palette the colors of the classes
 */
public record BatchPicture(List<String> classes, Palette palette) {

  /**
   * The minimum side of an input in pixels. Smaller inputs are enlarged so that names are legible.
   */
  private static final int LEAST_SIDE = 160;

  /**
   * Copies the names.
   *
   * @param classes the class names
   * @param palette the colors of the classes
   */
  public BatchPicture {
    classes = List.copyOf(classes);
  }

  /**
   * {@return an image with its annotations, in its original size}
   *
   * @param sample the image
   */
  public Image draw(AnnotatedImage sample) {
    Image picture = sample.image();
    if (sample.labels().isPresent()) {
      picture =
          new LabelPainter(classes, DrawingStyle.of(palette)).over(picture, sample.labels().get());
    }
    if (sample.imageClass().isPresent()) {
      picture = new ClassPainter(classes, palette).draw(picture, sample.imageClass().getAsInt());
    }
    Instances instances = sample.instances();
    float[] unknown = new float[instances.count()];
    Arrays.fill(unknown, Float.NaN);
    return new InstancePainter(classes, DrawingStyle.of(palette))
        .draw(
            picture,
            new Detections(
                sample.size(), instances.boxes(), unknown, instances.labels(), instances.masks()));
  }

  /**
   * {@return all images of a batch in a grid, with as many rows as columns or one fewer} Padding is
   * black. Inputs with a side below 160 pixels are enlarged by an integer factor. The classes of
   * label maps are listed on the right.
   *
   * @param batch the batch
   * @param padded the size of each cell, which fits all images
   */
  public Image draw(Batch batch, Size padded) {
    int side = Math.min(padded.height(), padded.width());
    int zoom = Math.max(1, (LEAST_SIDE + side - 1) / side);
    List<AnnotatedImage> samples = batch.samples();
    PictureSheet sheet = new PictureSheet(samples.size(), times(padded, zoom));
    for (int i = 0; i < samples.size(); i++) {
      AnnotatedImage sample = samples.get(i);
      Resize enlarged = new Resize.Exact(times(sample.size(), zoom));
      sample = sample.resized(new Resize.Pillow(enlarged, PillowFilter.NEAREST));
      sheet.put(i, draw(sample), sample.labels());
    }
    return samples.stream().anyMatch(sample -> sample.labels().isPresent())
        ? new LabelPainter(classes, DrawingStyle.of(palette))
            .withLegend(sheet.picture(), sheet.labels())
        : sheet.picture();
  }

  private static Size times(Size size, int factor) {
    return new Size(size.height() * factor, size.width() * factor);
  }
}
