package dev.dovetail.train.data;

import dev.dovetail.formats.Detections;
import dev.dovetail.formats.Size;
import dev.dovetail.images.Image;
import dev.dovetail.images.draw.InstancePainter;
import dev.dovetail.images.draw.LabelPainter;
import dev.dovetail.images.draw.Palette;
import dev.dovetail.train.data.augment.AnnotatedImage;
import dev.dovetail.train.data.augment.Instances;
import java.util.Arrays;
import java.util.List;

/**
 * Draws what a step gets: every image of a batch with its boxes, masks or classes.
 *
 * @param classes the names of the classes
 * @param palette their colours
 */
public record BatchPicture(List<String> classes, Palette palette) {

  /**
   * Copies the names.
   *
   * @param classes the names of the classes
   * @param palette their colours
   */
  public BatchPicture {
    classes = List.copyOf(classes);
  }

  /**
   * {@return one image with its annotations, in its own size}
   *
   * @param sample the image
   */
  public Image draw(AnnotatedImage sample) {
    Image picture = sample.image();
    if (sample.labels().isPresent()) {
      picture = new LabelPainter(classes, palette).over(picture, sample.labels().get());
    }
    Instances instances = sample.instances();
    float[] unknown = new float[instances.count()];
    Arrays.fill(unknown, Float.NaN);
    return new InstancePainter(classes, palette)
        .draw(
            picture,
            new Detections(
                sample.size(), instances.boxes(), unknown, instances.labels(), instances.masks()));
  }

  /**
   * {@return all images of a batch side by side, in as many rows as columns or one less; padding is
   * black}
   *
   * @param batch the batch
   * @param padded the size of an input, which holds all images
   */
  public Image draw(Batch batch, Size padded) {
    List<AnnotatedImage> samples = batch.samples();
    int columns = (int) Math.ceil(Math.sqrt(samples.size()));
    int rows = (samples.size() + columns - 1) / columns;
    Size sheet = new Size(rows * padded.height(), columns * padded.width());
    byte[] pixels = new byte[Math.toIntExact(sheet.pixels() * Image.CHANNELS)];
    for (int i = 0; i < samples.size(); i++) {
      Size size = samples.get(i).size();
      byte[] picture = draw(samples.get(i)).toBytes();
      int length = Math.min(size.width(), padded.width()) * Image.CHANNELS;
      int left = i % columns * padded.width();
      for (int y = 0; y < Math.min(size.height(), padded.height()); y++) {
        int top = i / columns * padded.height() + y;
        System.arraycopy(
            picture,
            y * size.width() * Image.CHANNELS,
            pixels,
            (top * sheet.width() + left) * Image.CHANNELS,
            length);
      }
    }
    return Image.of(sheet, pixels);
  }
}
