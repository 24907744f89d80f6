package dev.dovetail.data.image;

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
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.MatOfByte;
import org.opencv.imgcodecs.Imgcodecs;

/**
 * Reads image files as mmcv's {@code imread(path, 'color')} does with OpenCV: 8 bits, BGR, upright
 * by its EXIF orientation, grey replicated, alpha dropped, CMYK converted.
 *
 * <p>JPEG, PNG, WebP, BMP and the first frame of a GIF are read, by content and not by name.
 * Samples of 16 bits are scaled by 1/257. A truncated or damaged file is an error, never a picture
 * with invented pixels.
 */
public final class ImageReader {

  private ImageReader() {}

  /**
   * Reads one file.
   *
   * @param file the file
   * @return the image
   * @throws BadImageException where the content is no complete image
   * @throws IOException where the file cannot be read
   */
  public static Image read(Path file) throws IOException {
    return decode(FileBytes.read(file));
  }

  /**
   * {@return the size in a file's header, before any turning by its EXIF orientation} The file is
   * looked through, but no pixel is decoded.
   *
   * @param file the file
   * @throws BadImageException where the content is no complete image
   * @throws IOException where the file cannot be read
   */
  public static Size storedSize(Path file) throws IOException {
    FileBytes content = FileBytes.read(file);
    return switch (ImageFormat.of(content)) {
      case JPEG -> JpegStructure.check(content);
      case PNG -> PngFile.of(content).size();
      case WEBP -> WebpStructure.check(content);
      case BMP -> BmpStructure.check(content);
      case GIF -> GifStructure.check(content).screen();
    };
  }

  /**
   * Decodes the content of a file.
   *
   * @param content the bytes of the file
   * @param name what its errors call it
   * @return the image
   * @throws BadImageException where the content is no complete image
   */
  public static Image decode(byte[] content, String name) throws BadImageException {
    return decode(new FileBytes(name, content));
  }

  private static Image decode(FileBytes file) throws BadImageException {
    ImageFormat format = ImageFormat.of(file);
    return switch (format) {
      case JPEG -> decode(file, format, JpegStructure.check(file), false);
      case PNG -> {
        PngFile png = PngFile.of(file);
        yield decode(file, format, png.size(), png.bitDepth() == 16);
      }
      case WEBP -> decode(file, format, WebpStructure.check(file), false);
      case BMP -> decode(file, format, BmpStructure.check(file), false);
      case GIF -> firstFrame(file, GifStructure.check(file));
    };
  }

  private static Image decode(FileBytes file, ImageFormat format, Size stored, boolean deep)
      throws BadImageException {
    OpenCv.load();
    int flags = Imgcodecs.IMREAD_COLOR | (deep ? Imgcodecs.IMREAD_ANYDEPTH : 0);
    MatOfByte encoded = new MatOfByte(file.bytes());
    Mat decoded = null;
    try {
      decoded = Imgcodecs.imdecode(encoded, flags);
      boolean upright = decoded.rows() == stored.height() && decoded.cols() == stored.width();
      boolean turned = decoded.rows() == stored.width() && decoded.cols() == stored.height();
      if (!upright && !turned) {
        throw damaged(file, format, null);
      }
      if (deep) {
        decoded.convertTo(decoded, CvType.CV_8U, 1.0 / 257);
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
      return Image.of(screen, ((DataBufferByte) canvas.getRaster().getDataBuffer()).getData());
    } catch (IOException | RuntimeException e) {
      throw damaged(file, ImageFormat.GIF, e);
    } finally {
      reader.dispose();
    }
  }
}
