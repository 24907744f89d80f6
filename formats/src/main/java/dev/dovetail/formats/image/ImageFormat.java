package dev.dovetail.formats.image;

import dev.dovetail.files.GitLfsPointer;
import dev.dovetail.formats.Size;
import java.util.Locale;
import java.util.Set;

/** A kind of image file, known by its first bytes, never by its name. */
public enum ImageFormat {
  JPEG,
  PNG,
  WEBP,
  BMP,
  GIF;

  /** How names of image files end; what they hold is known by their content. */
  public static final Set<String> ENDINGS = Set.of("jpg", "jpeg", "png", "webp", "bmp", "gif");

  /** More pixels than that are refused before anything is allocated for them. */
  public static final long MAX_PIXELS = 1L << 28;

  /**
   * {@return the format of a file}
   *
   * @param file its first bytes at least
   * @throws BadImageException if it is none of these formats
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
   * {@return the size that a header promises, if it can be true}
   *
   * @param file of the header
   * @param height rows that the header promises
   * @param width columns that the header promises
   * @throws BadImageException if one of them is below 1, or there are too many pixels
   */
  public static Size promised(ImageBytes file, long height, long width) throws BadImageException {
    if (height < 1 || width < 1) {
      throw file.bad("says that it is " + width + "x" + height + " pixels large");
    }
    if (height * width > MAX_PIXELS) {
      throw file.bad(
          "says that it is "
              + width
              + "x"
              + height
              + " pixels large; at most "
              + MAX_PIXELS
              + " pixels are read");
    }
    return new Size((int) height, (int) width);
  }

  /**
   * {@return the error for a header that promises more than the file's bytes can hold}
   *
   * @param file of the header
   * @param size that the header promises
   */
  public static BadImageException tooShortFor(ImageBytes file, Size size) {
    return file.bad(
        "says that it is "
            + size
            + " pixels large, but its "
            + file.length()
            + " bytes cannot hold that many: the header or the file is damaged");
  }

  private static String begin(ImageBytes file) {
    if (file.startsWith('I', 'I', 42, 0) || file.startsWith('M', 'M', 0, 42)) {
      return "it is a TIFF; convert it to PNG";
    }
    int count = Math.min(8, file.length());
    StringBuilder hex = new StringBuilder("it begins with the bytes");
    for (int i = 0; i < count; i++) {
      hex.append(String.format(Locale.ROOT, " %02x", file.u8(i)));
    }
    String text = file.text(0, count);
    boolean printable = text.chars().allMatch(c -> c >= ' ' && c < 127);
    return printable ? hex + " (\"" + text + "\")" : hex.toString();
  }
}
