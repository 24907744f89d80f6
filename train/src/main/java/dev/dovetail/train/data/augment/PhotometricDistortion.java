package dev.dovetail.train.data.augment;

import dev.dovetail.formats.Size;
import dev.dovetail.images.Image;

/**
 * Randomly changes brightness, contrast, saturation and hue, each with probability 0.5: mmseg's
 * {@code PhotoMetricDistortion}. After each change the pixels are clipped and truncated to 8 bits.
 * Contrast is changed either before saturation and hue or after them.
 *
 * @param brightness the maximum amount that is added or subtracted, on the scale of 0 to 255
 * @param contrast the range of the factor for pixels
 * @param saturation the range of the factor for the saturation
 * @param hue the maximum amount that is subtracted, on the scale of 0 to 180; the maximum amount
 *     that is added is one less
 */
public record PhotometricDistortion(double brightness, Range contrast, Range saturation, int hue)
    implements Transform {

  private static final int HUES = 180;

  /**
   * Validates brightness and hue.
   *
   * @param brightness 0 or more
   * @param contrast the range of the factor for pixels
   * @param saturation the range of the factor for the saturation
   * @param hue 1 to 180
   */
  public PhotometricDistortion {
    if (!(brightness >= 0 && brightness <= 255) || hue < 1 || hue > HUES) {
      throw new IllegalArgumentException(
          "brightness must change by 0 to 255 and hue by 1 to 180, not by "
              + (brightness + " and " + hue));
    }
  }

  /** {@return the settings of the published models} */
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

  /** Returns the result for each value: computed in float32, clipped and truncated. */
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
