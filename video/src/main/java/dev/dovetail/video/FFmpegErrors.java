package dev.dovetail.video;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;

/** What FFmpeg's functions give, and how they are told the name of a file. */
final class FFmpegErrors {

  private static final int LONGEST = 256;

  private FFmpegErrors() {}

  /**
   * {@return the code, where it is none of an error}
   *
   * @throws IOException with what was tried and FFmpeg's words for the error
   */
  static int check(int code, String what) throws IOException {
    if (code < 0) {
      throw new IOException(what + ": " + words(code));
    }
    return code;
  }

  /** FFmpeg's words for an error. */
  static String words(int code) {
    if (code == avutil.AVERROR_INVALIDDATA) {
      return "its content is damaged, or of an unsupported kind";
    }
    byte[] text = new byte[LONGEST];
    avutil.av_strerror(code, text, LONGEST);
    int length = 0;
    while (length < LONGEST && text[length] != 0) {
      length++;
    }
    return new String(text, 0, length, StandardCharsets.UTF_8);
  }

  /** What a codec gives that needs more before it can give something. */
  static int again() {
    return org.bytedeco.ffmpeg.presets.avutil.AVERROR_EAGAIN();
  }

  /** The name of a file, of which nothing is taken for a protocol. */
  static BytePointer url(Path file) {
    return new BytePointer("file:" + file.toAbsolutePath(), StandardCharsets.UTF_8);
  }
}
