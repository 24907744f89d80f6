package dev.dovetail.formats.image;

import dev.dovetail.files.GitLfsPointer;
import dev.dovetail.formats.Size;
import java.util.Locale;
import java.util.Set;

/** An image file format. Formats are recognized by the first bytes of a file, not by its name. */
public enum ImageFormat {
  JPEG,
  PNG,
  WEBP,
  BMP,
  GIF;

  /** The extensions of image files. Their format is recognized by content. */
  public static final Set<String> ENDINGS = Set.of("jpg", "jpeg", "png", "webp", "bmp", "gif");

  /** The largest number of pixels. Larger images are rejected before memory is allocated. */
  public static final long MAX_PIXELS = 1L << 28;

  /**
   * {@return the format of a file}
   *
   * @param file at least its first bytes
   * @throws BadImageException if the format is not supported
   */
  public static ImageFormat of(ImageBytes file) throws BadImageException {
    if (file.length() == 0) {
      throw file.bad("is empty (0 bytes)");
    }
    if (file.startsWith(0xff, 0xd8, 0xff)) {
      return JPEG;
    }
    if (file.startsWith(0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n')) {
      return PNG;
    }
    if (file.startsWith('R', 'I', 'F', 'F') && file.has(8, 4) && file.text(8, 4).equals("WEBP")) {
      return WEBP;
    }
    if (file.startsWith('B', 'M')) {
      return BMP;
    }
    if (file.startsWith('G', 'I', 'F', '8')) {
      return GIF;
    }
    if (GitLfsPointer.begins(file.bytes())) {
      throw file.bad(GitLfsPointer.PROBLEM);
    }
    throw file.bad(
        "is not an image that can be read (JPEG, PNG, WebP, BMP or GIF): " + begin(file));
  }

  /**
   * {@return the size in a header after validation}
   *
   * @param file of the header
   * @param height the number of rows in the header
   * @param width the number of columns in the header
   * @throws BadImageException if one of them is below 1, or there are too many pixels
   */
  public static Size promised(ImageBytes file, long height, long width) throws BadImageException {
    if (height < 1 || width < 1) {
      throw file.bad(
          "has a size of " + width + "x" + height + " in its header; expected 1 or more");
    }
    if (height * width > MAX_PIXELS) {
      throw file.bad(
          "has a size of "
              + width
              + "x"
              + height
              + " in its header; expected at most "
              + MAX_PIXELS
              + " pixels");
    }
    return new Size((int) height, (int) width);
  }

  /**
   * {@return the exception for a header with more pixels than the file's bytes can encode}
   *
   * @param file of the header
   * @param size in the header
   */
  public static BadImageException tooShortFor(ImageBytes file, Size size) {
    return file.bad(
        "has a size of "
            + size
            + " in its header, but its "
            + file.length()
            + " bytes cannot encode that many pixels: the header or the file is damaged");
  }

  private static String begin(ImageBytes file) {
    if (file.startsWith('I', 'I', 42, 0) || file.startsWith('M', 'M', 0, 42)) {
      return "it is a TIFF; convert it to PNG";
    }
    int count = Math.min(8, file.length());
    StringBuilder hex = new StringBuilder("its first bytes are");
    for (int i = 0; i < count; i++) {
      hex.append(String.format(Locale.ROOT, " %02x", file.u8(i)));
    }
    String text = file.text(0, count);
    boolean printable = text.chars().allMatch(c -> c >= ' ' && c < 127);
    return printable ? hex + " (\"" + text + "\")" : hex.toString();
  }
}
