package dev.dovetail.images;

import dev.dovetail.files.OutputFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.opencv.core.CvException;
import org.opencv.core.Mat;
import org.opencv.core.MatOfByte;
import org.opencv.core.MatOfInt;
import org.opencv.imgcodecs.Imgcodecs;

/** Writes images as PNG or JPEG, depending on the file extension. */
public final class ImageWriter {

  private static final int JPEG_QUALITY = 92;

  private ImageWriter() {}

  /**
   * Writes the image; an existing file is replaced when the new one is complete.
   *
   * @param file the file
   * @param image the image
   * @throws IOException if the file cannot be written
   * @throws IllegalArgumentException if the extension is not .png, .jpg or .jpeg
   */
  public static void write(Path file, Image image) throws IOException {
    Mat mat = image.toMat();
    try {
      write(file, mat);
    } finally {
      mat.release();
    }
  }

  /**
   * Writes a matrix with 1 or 3 channels and 8 bits or, for PNG, 16 bits.
   *
   * @param file the file
   * @param mat the matrix
   * @throws IOException if the file cannot be written
   */
  public static void write(Path file, Mat mat) throws IOException {
    String name = file.getFileName().toString();
    String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    boolean jpeg = extension.equals("jpg") || extension.equals("jpeg");
    if (!jpeg && !extension.equals("png")) {
      throw new IllegalArgumentException(
          "images can be written as .png or .jpg only, so " + file + " cannot be written");
    }
    MatOfByte encoded = new MatOfByte();
    MatOfInt parameters =
        jpeg ? new MatOfInt(Imgcodecs.IMWRITE_JPEG_QUALITY, JPEG_QUALITY) : new MatOfInt();
    try {
      if (!Imgcodecs.imencode("." + extension, mat, encoded, parameters)) {
        throw new IOException("the image for " + file + " cannot be encoded");
      }
      // Java writes the file, because OpenCV cannot open non-ASCII names on Windows.
      OutputFile.write(file, encoded.toArray());
    } catch (CvException e) {
      throw new IOException("the image for " + file + " cannot be encoded", e);
    } finally {
      encoded.release();
      parameters.release();
    }
  }
}
