package dev.dovetail.images;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.image.BadImageException;
import dev.dovetail.formats.image.ImageBytes;
import dev.dovetail.formats.image.ImageFormat;
import dev.dovetail.formats.image.PngFile;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.opencv.core.CvException;
import org.opencv.core.Mat;
import org.opencv.core.MatOfByte;
import org.opencv.imgcodecs.Imgcodecs;

/**
 * Reads image files like mmcv's {@code imread(path, 'color')} with OpenCV: 8 bits, BGR, upright
 * according to the EXIF orientation (which OpenCV 4.9 ignores in WebP files), gray replicated,
 * alpha dropped, CMYK converted.
 *
 * <p>Supported formats are JPEG, PNG, WebP, BMP and GIF, recognized by content. Of an animation,
 * the first frame is read. 16-bit samples are scaled by 1/257. A truncated or damaged file is
 * always an error. OpenCV's decoders would invent the missing pixels of a truncated JPEG, allocate
 * the size in any header, and write to the native standard error. Therefore, the structure of each
 * file is checked before it is decoded.
 */
public final class ImageReader {

  private ImageReader() {}

  /**
   * Reads one file.
   *
   * @param file the file
   * @return the image
   * @throws BadImageException if the content is not a complete image
   * @throws IOException if the file cannot be read
   */
  public static Image read(Path file) throws IOException {
    return decode(ImageBytes.read(file));
  }

  /**
   * Decodes the content of a file.
   *
   * @param content the bytes of the file
   * @param name of the file in errors
   * @return the image
   * @throws BadImageException if the content is not a complete image
   */
  public static Image decode(byte[] content, String name) throws BadImageException {
    return decode(new ImageBytes(name, content));
  }

  private static Image decode(ImageBytes file) throws BadImageException {
    ImageFormat format = ImageFormat.of(file);
    return switch (format) {
      case JPEG -> withOpenCv(file, format, file.bytes(), JpegStructure.check(file));
      case BMP -> withOpenCv(file, format, file.bytes(), BmpStructure.check(file));
      case PNG -> {
        // Does not use libpng, which writes warnings about color profiles to the standard error.
        PngFile png = PngFile.of(file);
        yield PngPicture.of(png).upright(Orientation.ofExif(png));
      }
      case WEBP -> firstPicture(WebpStructure.of(file));
      case GIF -> firstFrame(file, GifStructure.check(file));
    };
  }

  /** OpenCV applies the orientation of a JPEG only. */
  private static Image withOpenCv(ImageBytes file, ImageFormat format, byte[] content, Size stored)
      throws BadImageException {
    OpenCv.load();
    MatOfByte encoded = new MatOfByte(content);
    Mat decoded = null;
    try {
      decoded = Imgcodecs.imdecode(encoded, Imgcodecs.IMREAD_COLOR);
      boolean upright = decoded.rows() == stored.height() && decoded.cols() == stored.width();
      boolean turned = decoded.rows() == stored.width() && decoded.cols() == stored.height();
      if (!upright && !turned) {
        throw damaged(file, format, null);
      }
      Image image = Image.owning(decoded);
      decoded = null;
      return image;
    } catch (CvException e) {
      throw damaged(file, format, e);
    } finally {
      encoded.release();
      if (decoded != null) {
        decoded.release();
      }
    }
  }

  /** Decodes a WebP. Of an animation, returns the first frame on its black canvas. */
  private static Image firstPicture(WebpStructure webp) throws BadImageException {
    Image picture = withOpenCv(webp.file(), ImageFormat.WEBP, webp.alone(), webp.picture());
    return picture.on(webp.canvas(), webp.left(), webp.top()).upright(webp.orientation());
  }

  private static BadImageException damaged(ImageBytes file, ImageFormat format, Throwable cause) {
    return new BadImageException(
        file.name()
            + " cannot be decoded: it is a "
            + format
            + ", but its image data is damaged or in an unsupported format",
        cause);
  }

  /** Decodes a GIF, which OpenCV does not support. */
  private static Image firstFrame(ImageBytes file, GifStructure gif) throws BadImageException {
    javax.imageio.ImageReader reader =
        ImageIO.getImageReadersByFormatName(ImageFormat.GIF.name().toLowerCase(Locale.ROOT)).next();
    try (var in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file.bytes()))) {
      reader.setInput(in);
      Size screen = gif.screen();
      BufferedImage canvas =
          new BufferedImage(screen.width(), screen.height(), BufferedImage.TYPE_3BYTE_BGR);
      Graphics2D graphics = canvas.createGraphics();
      graphics.drawImage(reader.read(0), gif.left(), gif.top(), null);
      graphics.dispose();
      return Image.wrap(screen, ((DataBufferByte) canvas.getRaster().getDataBuffer()).getData());
    } catch (IOException | RuntimeException e) {
      throw damaged(file, ImageFormat.GIF, e);
    } finally {
      reader.dispose();
    }
  }
}
