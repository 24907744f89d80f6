package dev.dovetail.video;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;

/** Converts the return codes of FFmpeg's functions to exceptions, and file names to URLs. */
final class FFmpegErrors {

  private static final int LONGEST = 256;

  private FFmpegErrors() {}

  /**
   * {@return the code if it is not an error}
   *
   * @throws IOException with the failed operation and FFmpeg's message
   */
  static int check(int code, String what) throws IOException {
    if (code < 0) {
      throw new IOException(what + ": " + words(code));
    }
    return code;
  }

  /** Returns FFmpeg's message for an error. */
  static String words(int code) {
    if (code == avutil.AVERROR_INVALIDDATA) {
      return "its content is damaged or in an unsupported format";
    }
    byte[] text = new byte[LONGEST];
    avutil.av_strerror(code, text, LONGEST);
    int length = 0;
    while (length < LONGEST && text[length] != 0) {
      length++;
    }
    return new String(text, 0, length, StandardCharsets.UTF_8);
  }

  /** Returns the code of a codec that requires more input before it produces output. */
  static int again() {
    return org.bytedeco.ffmpeg.presets.avutil.AVERROR_EAGAIN();
  }

  /** Returns the URL of a file, so that no part of its name is interpreted as a protocol. */
  static BytePointer url(Path file) {
    return new BytePointer("file:" + file.toAbsolutePath(), StandardCharsets.UTF_8);
  }
}
