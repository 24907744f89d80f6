package dev.dovetail.data.image;

/** The container of a WebP (RFC 9649). */
final class WebpStructure {

  private static final int FIRST_CHUNK = 12;
  private static final int DATA = FIRST_CHUNK + 8;

  private WebpStructure() {}

  static Size check(FileBytes file) throws BadImageException {
    long end = 8 + (file.i32le(4) & 0xffffffffL);
    if (!file.has(0, end) || !file.has(DATA, 10)) {
      throw file.cutOff("of the " + end + " that its header promises");
    }
    return switch (file.text(FIRST_CHUNK, 4)) {
      case "VP8 " ->
          ImageFormat.promised(file, file.u16le(DATA + 8) & 0x3fff, file.u16le(DATA + 6) & 0x3fff);
      case "VP8L" -> {
        int bits = file.i32le(DATA + 1);
        yield ImageFormat.promised(file, 1 + (bits >>> 14 & 0x3fff), 1 + (bits & 0x3fff));
      }
      case "VP8X" ->
          ImageFormat.promised(file, 1 + u24le(file, DATA + 7), 1 + u24le(file, DATA + 4));
      default -> throw file.bad("is a WebP without a picture");
    };
  }

  private static int u24le(FileBytes file, int at) {
    return file.u16le(at) | file.u8(at + 2) << 16;
  }
}
