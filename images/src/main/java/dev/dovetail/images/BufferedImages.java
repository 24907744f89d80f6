package dev.dovetail.images;

import dev.dovetail.formats.Size;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;

/** Conversions from and to images of Java2D. */
public final class BufferedImages {

  private BufferedImages() {}

  /** Returns a copy of an image, with transparent pixels on black. */
  static Image image(BufferedImage image) {
    BufferedImage bgr =
        new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_3BYTE_BGR);
    Graphics2D graphics = bgr.createGraphics();
    graphics.drawImage(image, 0, 0, null);
    graphics.dispose();
    byte[] pixels = ((DataBufferByte) bgr.getRaster().getDataBuffer()).getData();
    return Image.of(new Size(image.getHeight(), image.getWidth()), pixels);
  }

  /**
   * {@return a copy as an image of Java2D}
   *
   * @param image the image
   */
  public static BufferedImage of(Image image) {
    Size size = image.size();
    BufferedImage copy =
        new BufferedImage(size.width(), size.height(), BufferedImage.TYPE_3BYTE_BGR);
    byte[] pixels = ((DataBufferByte) copy.getRaster().getDataBuffer()).getData();
    System.arraycopy(image.toBytes(), 0, pixels, 0, pixels.length);
    return copy;
  }
}
