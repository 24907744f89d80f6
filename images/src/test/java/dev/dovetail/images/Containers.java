package dev.dovetail.images;

import dev.dovetail.formats.Size;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.opencv.core.Mat;
import org.opencv.core.MatOfByte;
import org.opencv.core.MatOfInt;
import org.opencv.imgcodecs.Imgcodecs;

/** Image files assembled from chunks, in forms that available encoders do not write. */
final class Containers {

  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

  private Containers() {}

  /** Returns an EXIF block with the orientation after two other entries. */
  static byte[] exif(int orientation, ByteOrder order) {
    ByteBuffer block = ByteBuffer.allocate(8 + 2 + 3 * 12 + 4).order(order);
    block.put(order == ByteOrder.BIG_ENDIAN ? ascii("MM") : ascii("II"));
    block.putShort((short) 42).putInt(8).putShort((short) 3);
    block.putShort((short) 0x0100).putShort((short) 4).putInt(1).putInt(7);
    block.putShort((short) 0x0101).putShort((short) 4).putInt(1).putInt(7);
    block.putShort((short) 0x0112).putShort((short) 3).putInt(1).putShort((short) orientation);
    return block.array();
  }

  /** Returns the result of OpenCV for an image. */
  static byte[] encoded(String extension, Image image, int... parameters) {
    Mat mat = image.toMat();
    MatOfByte bytes = new MatOfByte();
    MatOfInt options = new MatOfInt(parameters);
    Imgcodecs.imencode(extension, mat, bytes, options);
    byte[] file = bytes.toArray();
    mat.release();
    bytes.release();
    options.release();
    return file;
  }

  /** Returns a lossless WebP. */
  static byte[] webp(Image image) {
    return encoded(".webp", image, Imgcodecs.IMWRITE_WEBP_QUALITY, 101);
  }

  /** Returns a JPEG with a segment after its first marker. */
  static byte[] jpegWith(byte[] jpeg, byte[] exif) {
    ByteBuffer file = ByteBuffer.allocate(jpeg.length + 4 + 6 + exif.length);
    file.put(jpeg, 0, 2).putShort((short) 0xffe1).putShort((short) (2 + 6 + exif.length));
    file.put(ascii("Exif\0\0")).put(exif).put(jpeg, 2, jpeg.length - 2);
    return file.array();
  }

  static byte[] pngChunk(String type, byte[] data) {
    ByteBuffer chunk = ByteBuffer.allocate(12 + data.length);
    chunk.putInt(data.length).put(ascii(type)).put(data);
    CRC32 crc = new CRC32();
    crc.update(chunk.array(), 4, 4 + data.length);
    return chunk.putInt((int) crc.getValue()).array();
  }

  /** Returns an IDAT chunk with rows of filtered samples. */
  static byte[] pngPixels(byte[] rows) {
    Deflater deflater = new Deflater();
    deflater.setInput(rows);
    deflater.finish();
    byte[] deflated = new byte[2 * rows.length + 100];
    int length = deflater.deflate(deflated);
    deflater.end();
    return pngChunk("IDAT", Arrays.copyOf(deflated, length));
  }

  static byte[] png(Size size, int depth, int colour, byte[]... chunks) {
    ByteBuffer header = ByteBuffer.allocate(13).putInt(size.width()).putInt(size.height());
    header.put((byte) depth).put((byte) colour);
    byte[] file = joined(PNG, pngChunk("IHDR", header.array()));
    return joined(joined(file, joined(chunks)), pngChunk("IEND", new byte[0]));
  }

  /** Returns a PNG with a chunk after its header. */
  static byte[] pngWith(byte[] png, byte[] chunk) {
    int header = PNG.length + 25;
    return joined(Arrays.copyOf(png, header), chunk, Arrays.copyOfRange(png, header, png.length));
  }

  static byte[] webpChunk(String type, byte[] data) {
    ByteBuffer chunk =
        ByteBuffer.allocate(8 + data.length + (data.length & 1)).order(ByteOrder.LITTLE_ENDIAN);
    return chunk.put(ascii(type)).putInt(data.length).put(data).array();
  }

  /** Returns the chunk of coded pixels of a WebP without other chunks. */
  static byte[] picture(byte[] webp) {
    return Arrays.copyOfRange(webp, 12, webp.length);
  }

  /** Returns a WebP with several chunks. */
  static byte[] webp(int flags, Size canvas, byte[]... chunks) {
    ByteBuffer header = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(flags);
    u24(header, canvas.width() - 1);
    u24(header, canvas.height() - 1);
    byte[] body = joined(ascii("WEBP"), webpChunk("VP8X", header.array()), joined(chunks));
    return webpChunk("RIFF", body);
  }

  /** Returns a frame of an animation. */
  static byte[] frame(int left, int top, Size size, byte[]... chunks) {
    ByteBuffer header = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    u24(header, left / 2);
    u24(header, top / 2);
    u24(header, size.width() - 1);
    u24(header, size.height() - 1);
    return webpChunk("ANMF", joined(header.array(), joined(chunks)));
  }

  private static void u24(ByteBuffer out, int value) {
    out.put((byte) value).put((byte) (value >> 8)).put((byte) (value >> 16));
  }

  static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
