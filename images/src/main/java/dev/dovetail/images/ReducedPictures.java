package dev.dovetail.images;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.image.Pictures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.IntUnaryOperator;
import org.opencv.core.CvException;
import org.opencv.core.Mat;
import org.opencv.core.MatOfByte;
import org.opencv.core.MatOfInt;
import org.opencv.imgcodecs.Imgcodecs;
import org.opencv.imgproc.Imgproc;

/**
 * Reduced copies of image files for reports, created with OpenCV.
 *
 * @param colours 0xRRGGBB of each class
 */
public record ReducedPictures(IntUnaryOperator colours) implements Pictures {

  private static final int QUALITY = 85;

  @Override
  public Picture read(Path file) throws IOException {
    return new Reduced(ImageReader.read(file), file);
  }

  @Override
  public int colour(int number) {
    return colours.applyAsInt(number);
  }

  private record Reduced(Image image, Path file) implements Picture {

    @Override
    public Size size() {
      return image.size();
    }

    @Override
    public byte[] jpeg(int longest) throws IOException {
      Mat mat = reduced(reducedSize(longest));
      MatOfByte encoded = new MatOfByte();
      MatOfInt parameters = new MatOfInt(Imgcodecs.IMWRITE_JPEG_QUALITY, QUALITY);
      try {
        if (!Imgcodecs.imencode(".jpg", mat, encoded, parameters)) {
          throw new IOException("the picture of " + file + " cannot be encoded");
        }
        return encoded.toArray();
      } catch (CvException e) {
        throw new IOException("the picture of " + file + " cannot be encoded", e);
      } finally {
        mat.release();
        encoded.release();
        parameters.release();
      }
    }

    private Size reducedSize(int longest) {
      int height = size().height();
      int width = size().width();
      double factor = Math.min(1, longest / (double) Math.max(height, width));
      return new Size(
          (int) Math.max(1, Math.rint(height * factor)),
          (int) Math.max(1, Math.rint(width * factor)));
    }

    @Override
    public byte[] grey(Size reduced) {
      Mat mat = reduced(reduced);
      try {
        Imgproc.cvtColor(mat, mat, Imgproc.COLOR_BGR2GRAY);
        byte[] values = new byte[Math.toIntExact(mat.total())];
        mat.get(0, 0, values);
        return values;
      } finally {
        mat.release();
      }
    }

    private Mat reduced(Size reduced) {
      OpenCv.load();
      Mat mat = new Mat();
      org.opencv.core.Size wanted = new org.opencv.core.Size(reduced.width(), reduced.height());
      image.use(
          bgr -> {
            if (reduced.equals(size())) {
              bgr.copyTo(mat);
            } else {
              Imgproc.resize(bgr, mat, wanted, 0, 0, Imgproc.INTER_AREA);
            }
          });
      return mat;
    }

    @Override
    public void close() {
      image.release();
    }
  }
}
