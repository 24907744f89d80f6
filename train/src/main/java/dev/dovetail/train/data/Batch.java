package dev.dovetail.train.data;

import dev.dovetail.core.DType;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.TensorType;
import dev.dovetail.images.Image;
import dev.dovetail.train.data.augment.AnnotatedImage;
import dev.dovetail.train.data.augment.Instances;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * The images of one step, or of one pass of a step with gradient accumulation.
 *
 * @param step the index of the step, from 0
 * @param names the names of the images in messages
 * @param samples the augmented images with their annotations
 */
public record Batch(long step, List<String> names, List<AnnotatedImage> samples) {

  /**
   * Copies the lists.
   *
   * @param step the index of the step, from 0
   * @param names the names of the images in messages; at least one
   * @param samples one sample for each name
   */
  public Batch {
    names = List.copyOf(names);
    samples = List.copyOf(samples);
    if (samples.isEmpty() || names.size() != samples.size()) {
      throw new IllegalArgumentException(
          "a batch of " + samples.size() + " images cannot have " + names.size() + " names");
    }
  }

  /**
   * {@return a batch with the images of several batches and the step of the first}
   *
   * @param batches at least one batch
   */
  public static Batch joined(List<Batch> batches) {
    return new Batch(
        batches.get(0).step(),
        batches.stream().flatMap(batch -> batch.names().stream()).toList(),
        batches.stream().flatMap(batch -> batch.samples().stream()).toList());
  }

  /**
   * {@return the smallest size that fits all images and whose sides are multiples of a number}
   *
   * @param multiple the number, such as 32 for detectors
   */
  public Size padded(int multiple) {
    int height = samples.stream().mapToInt(s -> s.size().height()).max().orElseThrow();
    int width = samples.stream().mapToInt(s -> s.size().width()).max().orElseThrow();
    return new Size(height, width).roundedUp(multiple);
  }

  /**
   * {@return uint8 [batch, height, width, 3]: the images in BGR order, aligned top left} The
   * padding is 0. The graph sets it to 0 again after normalization, based on {@link #imageShapes}.
   *
   * @param padded a size that fits all images
   */
  public TensorData pixels(Size padded) {
    int row = padded.width() * Image.CHANNELS;
    ByteBuffer pixels = room(padded, Image.CHANNELS);
    for (int i = 0; i < samples.size(); i++) {
      byte[] image = samples.get(i).image().toBytes();
      Size size = fitting(i, padded);
      int length = size.width() * Image.CHANNELS;
      for (int y = 0; y < size.height(); y++) {
        pixels.put((i * padded.height() + y) * row, image, y * length, length);
      }
    }
    return TensorData.of(
        TensorType.of(DType.UINT8, samples.size(), padded.height(), padded.width(), Image.CHANNELS),
        pixels);
  }

  /** {@return int64 [batch, 2]: the height and width of each image without padding} */
  public TensorData imageShapes() {
    long[] sides =
        samples.stream()
            .flatMapToInt(s -> Arrays.stream(new int[] {s.size().height(), s.size().width()}))
            .asLongStream()
            .toArray();
    return TensorData.of(sides, samples.size(), 2);
  }

  /**
   * {@return int64 [batch, height, width]: the label maps, aligned top left} The padding is {@link
   * AnnotatedImage#IGNORED}.
   *
   * @param padded a size that fits all images
   * @throws IllegalStateException if an image has no label map
   */
  public TensorData labels(Size padded) {
    long[] labels = new long[room(padded, 1).capacity()];
    Arrays.fill(labels, AnnotatedImage.IGNORED);
    for (int i = 0; i < samples.size(); i++) {
      String name = names.get(i);
      LabelMap map =
          samples
              .get(i)
              .labels()
              .orElseThrow(() -> new IllegalStateException(name + " has no label map"));
      Size size = fitting(i, padded);
      for (int y = 0; y < size.height(); y++) {
        int to = (i * padded.height() + y) * padded.width();
        for (int x = 0; x < size.width(); x++) {
          labels[to + x] = map.at(y * size.width() + x);
        }
      }
    }
    return TensorData.of(labels, samples.size(), padded.height(), padded.width());
  }

  /**
   * {@return int64 [batch]: the classes of the images}
   *
   * @throws IllegalStateException if an image has no class
   */
  public TensorData imageClasses() {
    long[] classes = new long[samples.size()];
    for (int i = 0; i < classes.length; i++) {
      String name = names.get(i);
      classes[i] =
          samples
              .get(i)
              .imageClass()
              .orElseThrow(() -> new IllegalStateException(name + " has no class"));
    }
    return TensorData.of(classes, classes.length);
  }

  /**
   * {@return uint8 [n, height, width]: the masks of the objects of an image, 1 inside the object}
   *
   * @param sample the index of the image, from 0
   * @param padded a size that fits all images
   * @throws IllegalStateException if the objects have no masks
   */
  public TensorData masks(int sample, Size padded) {
    Instances instances = samples.get(sample).instances();
    if (instances.masks().length != instances.count()) {
      throw new IllegalStateException("the objects of " + names.get(sample) + " have no masks");
    }
    Size size = fitting(sample, padded);
    int pixels = Math.toIntExact(padded.pixels());
    ByteBuffer masks = ByteBuffer.allocate(Math.multiplyExact(instances.count(), pixels));
    for (int n = 0; n < instances.count(); n++) {
      byte[] mask = instances.masks()[n].toRowMajor();
      for (int y = 0; y < size.height(); y++) {
        int to = n * pixels + y * padded.width();
        masks.put(to, mask, y * size.width(), size.width());
      }
    }
    return TensorData.of(
        TensorType.of(DType.UINT8, instances.count(), padded.height(), padded.width()), masks);
  }

  private ByteBuffer room(Size padded, int channels) {
    return ByteBuffer.allocate(Math.toIntExact(samples.size() * padded.pixels() * channels));
  }

  private Size fitting(int i, Size padded) {
    Size size = samples.get(i).size();
    if (size.height() > padded.height() || size.width() > padded.width()) {
      throw new IllegalArgumentException(
          names.get(i) + " of " + size + " pixels does not fit into an input of " + padded);
    }
    return size;
  }
}
