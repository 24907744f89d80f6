package dev.dovetail.data.image;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.opencv.core.CvException;
import org.opencv.core.Mat;
import org.opencv.core.MatOfByte;
import org.opencv.imgcodecs.Imgcodecs;

/**
 * Reads image files as mmcv's {@code imread(path, 'color')} does with OpenCV: 8 bits, BGR, upright
 * by its EXIF orientation (which OpenCV 4.9 does not read of a WebP), grey replicated, alpha
 * dropped, CMYK converted.
 *
 * <p>JPEG, PNG, WebP, BMP and GIF are read, by content and not by name; of an animation the first
 * frame. Samples of 16 bits are scaled by 1/257. A truncated or damaged file is an error, never a
 * picture with invented pixels.
 */
public final class ImageReader {

  /** How names of image files end; what they hold is known by their content. */
  public static final Set<String> ENDINGS = Set.of("jpg", "jpeg", "png", "webp", "bmp", "gif");

  private ImageReader() {}

  /**
   * Reads one file.
   *
   * @throws BadImageException where the content is no complete image
   * @throws IOException where the file cannot be read
   */
  public static Image read(Path file) throws IOException {
    return decode(FileBytes.read(file));
  }

  /**
   * The size in a file's header, before any turning by its EXIF orientation. The file is looked
   * through, but no pixel is decoded.
   *
   * @throws BadImageException where the content is no complete image
   * @throws IOException where the file cannot be read
   */
  public static Size storedSize(Path file) throws IOException {
    return storedSize(FileBytes.read(file));
  }

  /** The same for the content of a file. */
  static Size storedSize(byte[] content, String name) throws BadImageException {
    return storedSize(new FileBytes(name, content));
  }

  /**
   * Decodes the content of a file.
   *
   * @param name what its errors call it
   */
  public static Image decode(byte[] content, String name) throws BadImageException {
    return decode(new FileBytes(name, content));
  }

  private static Image decode(FileBytes file) throws BadImageException {
    ImageFormat format = ImageFormat.of(file);
    return switch (format) {
      case JPEG, BMP -> withOpenCv(file, format, file.bytes(), storedSize(file));
      case PNG -> {
        // Not with libpng: it writes what it thinks of colour profiles to the standard error.
        PngFile png = PngFile.of(file);
        yield PngPicture.of(png).upright(png.orientation());
      }
      case WEBP -> firstPicture(WebpStructure.of(file));
      case GIF -> firstFrame(file, GifStructure.check(file));
    };
  }

  private static Size storedSize(FileBytes file) throws BadImageException {
    return switch (ImageFormat.of(file)) {
      case JPEG -> JpegStructure.check(file);
      case PNG -> PngFile.of(file).size();
      case WEBP -> WebpStructure.of(file).canvas();
      case BMP -> BmpStructure.check(file);
      case GIF -> GifStructure.check(file).screen();
    };
  }

  /** OpenCV turns a JPEG upright, and knows of no orientation elsewhere. */
  private static Image withOpenCv(FileBytes file, ImageFormat format, byte[] content, Size stored)
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
      return Image.of(decoded);
    } catch (CvException e) {
      throw damaged(file, format, e);
    } finally {
      encoded.release();
      if (decoded != null) {
        decoded.release();
      }
    }
  }

  /** The picture of a WebP, or the first of an animation on its canvas, which is black. */
  private static Image firstPicture(WebpStructure webp) throws BadImageException {
    Image picture = withOpenCv(webp.file(), ImageFormat.WEBP, webp.alone(), webp.picture());
    return picture.on(webp.canvas(), webp.left(), webp.top()).upright(webp.orientation());
  }

  private static BadImageException damaged(FileBytes file, ImageFormat format, Throwable cause) {
    return new BadImageException(
        file.name()
            + " cannot be decoded: it is a "
            + format
            + ", but its picture data are damaged or of an unsupported kind",
        cause);
  }

  /** OpenCV reads no GIF. */
  private static Image firstFrame(FileBytes file, GifStructure gif) throws BadImageException {
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
