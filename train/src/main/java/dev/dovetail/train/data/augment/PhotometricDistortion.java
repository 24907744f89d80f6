package dev.dovetail.train.data.augment;

import dev.dovetail.formats.Size;
import dev.dovetail.images.Image;

/**
 * Changes brightness, contrast, saturation and hue, each of them every other time: mmseg's {@code
 * PhotoMetricDistortion}. After each the pixels are 8 bits again, clipped and cut off. Contrast
 * comes either before saturation and hue or after them.
 *
 * @param brightness the most that is added or subtracted, of 255
 * @param contrast what the pixels are multiplied by
 * @param saturation what the saturation is multiplied by
 * @param hue the most that is subtracted, or added plus one, of 180
 */
public record PhotometricDistortion(double brightness, Range contrast, Range saturation, int hue)
    implements Transform {

  private static final int HUES = 180;

  /**
   * Checks brightness and hue.
   *
   * @param brightness 0 or more
   * @param contrast what the pixels are multiplied by
   * @param saturation what the saturation is multiplied by
   * @param hue 1 to 180
   */
  public PhotometricDistortion {
    if (!(brightness >= 0 && brightness <= 255) || hue < 1 || hue > HUES) {
      throw new IllegalArgumentException(
          "brightness changes by 0 to 255 and hue by 1 to 180, not by "
              + (brightness + " and " + hue));
    }
  }

  /** {@return the values of the published models} */
  public static PhotometricDistortion defaults() {
    Range range = new Range(0.5, 1.5);
    return new PhotometricDistortion(32, range, range, 18);
  }

  @Override
  public AnnotatedImage apply(AnnotatedImage sample, Draws draws) {
    Image image = sample.image();
    if (draws.chance(0.5)) {
      image = brightness(image, draws.uniform(-brightness, brightness));
    }
    boolean contrastFirst = draws.chance(0.5);
    if (contrastFirst && draws.chance(0.5)) {
      image = contrast(image, contrast.draw(draws));
    }
    if (draws.chance(0.5)) {
      image = saturation(image, saturation.draw(draws));
    }
    if (draws.chance(0.5)) {
      image = hue(image, draws.integer(-hue, hue));
    }
    if (!contrastFirst && draws.chance(0.5)) {
      image = contrast(image, contrast.draw(draws));
    }
    return sample.withImage(image);
  }

  private static Image brightness(Image image, double added) {
    return Image.of(image.size(), mapped(image.toBytes(), 0, 1, table(1, added)));
  }

  private static Image contrast(Image image, double factor) {
    return Image.of(image.size(), mapped(image.toBytes(), 0, 1, table(factor, 0)));
  }

  private static Image saturation(Image image, double factor) {
    return hsv(image, 1, table(factor, 0));
  }

  private static Image hue(Image image, int added) {
    byte[] turned = new byte[256];
    for (int value = 0; value < turned.length; value++) {
      turned[value] = (byte) Math.floorMod(value + added, HUES);
    }
    return hsv(image, 0, turned);
  }

  private static Image hsv(Image image, int channel, byte[] table) {
    Size size = image.size();
    return Image.ofHsv(size, mapped(image.toHsv(), channel, Image.CHANNELS, table));
  }

  /** What each value becomes: in float32, clipped, its fraction cut off. */
  private static byte[] table(double factor, double added) {
    byte[] table = new byte[256];
    for (int value = 0; value < table.length; value++) {
      float changed = value * (float) factor + (float) added;
      table[value] = (byte) (int) Math.max(0, Math.min(255, changed));
    }
    return table;
  }

  private static byte[] mapped(byte[] pixels, int first, int step, byte[] table) {
    for (int i = first; i < pixels.length; i += step) {
      pixels[i] = table[pixels[i] & 0xff];
    }
    return pixels;
  }
}
