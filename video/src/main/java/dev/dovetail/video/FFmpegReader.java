package dev.dovetail.video;

import dev.dovetail.formats.image.ImageFormat;
import dev.dovetail.images.video.VideoFrame;
import dev.dovetail.images.video.VideoReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.PointerPointer;

/** Reads the frames of the main video stream of a file. Damaged packets are skipped. */
final class FFmpegReader implements VideoReader {

  /**
   * The allowed formats, which contain frames. Others, such as playlists, refer to further files
   * and addresses, which must not be opened.
   */
  private static final String FORMATS =
      "mov,matroska,avi,mpeg,mpegts,mpegvideo,flv,asf,ogg,mjpeg,h264,hevc,ivf,m4v,mxf,nut,rm,dv";

  private final String name;
  private final AVFormatContext format;
  private final AVCodecContext decoder;
  private final AVStream stream;
  private final AVPacket packet = avcodec.av_packet_alloc();
  private final AVFrame decoded = avutil.av_frame_alloc();
  private final FramePixels pixels;
  private long first = avutil.AV_NOPTS_VALUE;
  private long read;
  private long packets;
  private long damaged;
  private boolean drained;
  private boolean closed;

  private FFmpegReader(String name, AVFormatContext format, AVCodecContext decoder, AVStream main) {
    this.name = name;
    this.format = format;
    this.decoder = decoder;
    this.stream = main;
    this.pixels = new FramePixels(main);
  }

  static FFmpegReader open(Path file, String name) throws IOException {
    AVFormatContext format = open(file, name, true);
    try {
      return open(format, name);
    } catch (IOException | RuntimeException e) {
      avformat.avformat_close_input(format);
      throw e;
    }
  }

  /**
   * Opens a file.
   *
   * @param looks whether packets are read to find out more about the streams
   */
  static AVFormatContext open(Path file, String name, boolean looks) throws IOException {
    AVFormatContext format = new AVFormatContext(null);
    AVDictionary options = new AVDictionary(null);
    avutil.av_dict_set(options, "protocol_whitelist", "file", 0);
    avutil.av_dict_set(options, "format_whitelist", FORMATS, 0);
    int code;
    try {
      code =
          avformat.avformat_open_input(
              format, FFmpegErrors.url(file), (AVInputFormat) null, options);
    } finally {
      avutil.av_dict_free(options);
    }
    String problem = name + " cannot be read as a video";
    FFmpegErrors.check(code, problem);
    try {
      if (looks) {
        FFmpegErrors.check(
            avformat.avformat_find_stream_info(format, (PointerPointer<?>) null), problem);
      }
      return format;
    } catch (IOException | RuntimeException e) {
      avformat.avformat_close_input(format);
      throw e;
    }
  }

  private static FFmpegReader open(AVFormatContext format, String name) throws IOException {
    int main =
        avformat.av_find_best_stream(
            format, avutil.AVMEDIA_TYPE_VIDEO, -1, -1, (PointerPointer<?>) null, 0);
    if (main < 0) {
      throw new IOException(name + " contains no video: it is damaged or has only audio");
    }
    AVStream stream = format.streams(main);
    AVCodec codec = avcodec.avcodec_find_decoder(stream.codecpar().codec_id());
    if (codec == null) {
      String kind = avcodec.avcodec_get_name(stream.codecpar().codec_id()).getString();
      throw new IOException(name + " cannot be decoded: it uses the codec " + kind);
    }
    AVCodecContext decoder = avcodec.avcodec_alloc_context3(codec);
    decoder.thread_count(0);
    decoder.max_pixels(ImageFormat.MAX_PIXELS);
    try {
      String what = name + " cannot be decoded";
      FFmpegErrors.check(avcodec.avcodec_parameters_to_context(decoder, stream.codecpar()), what);
      FFmpegErrors.check(avcodec.avcodec_open2(decoder, codec, (PointerPointer<?>) null), what);
      return new FFmpegReader(name, format, decoder, stream);
    } catch (IOException | RuntimeException e) {
      avcodec.avcodec_free_context(decoder);
      throw e;
    }
  }

  @Override
  public double frameRate() {
    double rate = avutil.av_q2d(avformat.av_guess_frame_rate(format, stream, null));
    return rate > 0 && Double.isFinite(rate) ? rate : 0;
  }

  @Override
  public OptionalLong frames() {
    if (stream.nb_frames() > 0) {
      return OptionalLong.of(stream.nb_frames());
    }
    long estimate = Math.round(format.duration() / (double) avutil.AV_TIME_BASE * frameRate());
    return estimate > 0 ? OptionalLong.of(estimate) : OptionalLong.empty();
  }

  @Override
  public Optional<VideoFrame> next() throws IOException {
    if (!decode()) {
      return Optional.empty();
    }
    double seconds = seconds();
    read++;
    return Optional.of(new VideoFrame(pixels.image(decoded, name), seconds));
  }

  @Override
  public boolean skip() throws IOException {
    if (!decode()) {
      return false;
    }
    seconds();
    read++;
    return true;
  }

  /**
   * Returns the time of the decoded frame since the first frame. If the file has no times, it is
   * computed from the frame rate.
   */
  private double seconds() {
    long at = decoded.best_effort_timestamp();
    if (at == avutil.AV_NOPTS_VALUE) {
      return frameRate() > 0 ? read / frameRate() : read;
    }
    if (first == avutil.AV_NOPTS_VALUE) {
      first = at;
    }
    return (at - first) * avutil.av_q2d(stream.time_base());
  }

  /** Decodes the next frame, if there is one. */
  private boolean decode() throws IOException {
    while (true) {
      int code = avcodec.avcodec_receive_frame(decoder, decoded);
      if (code == 0) {
        return true;
      }
      if (code == avutil.AVERROR_EOF) {
        requireAny();
        return false;
      }
      if (code != FFmpegErrors.again()) {
        damaged++;
      }
      if (drained) {
        requireAny();
        return false;
      }
      feed();
    }
  }

  /** Sends the next packet of the stream to the decoder, or the end of the stream. */
  private void feed() throws IOException {
    int code = avformat.av_read_frame(format, packet);
    if (code < 0) {
      if (code != avutil.AVERROR_EOF) {
        damaged++;
      }
      drained = true;
      avcodec.avcodec_send_packet(decoder, null);
      return;
    }
    try {
      if (packet.stream_index() == stream.index()) {
        packets++;
        if (avcodec.avcodec_send_packet(decoder, packet) < 0) {
          damaged++;
        }
      }
    } finally {
      avcodec.av_packet_unref(packet);
    }
  }

  private void requireAny() throws IOException {
    if (read == 0) {
      throw new IOException(
          name + " cannot be read as a video: it is damaged, none of its frames can be decoded");
    }
  }

  @Override
  public Optional<String> damage() {
    if (damaged > 0) {
      return Optional.of(name + " is damaged: " + damaged + " of its packets could not be decoded");
    }
    // An index may contain only key frames, but not more packets than the file.
    int indexed = avformat.avformat_index_get_entries_count(stream);
    if (drained && packets < indexed) {
      return Optional.of(
          name + " is truncated: " + packets + " of its " + indexed + " packets exist");
    }
    return Optional.empty();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      pixels.close();
      avutil.av_frame_free(decoded);
      avcodec.av_packet_free(packet);
      avcodec.avcodec_free_context(decoder);
      avformat.avformat_close_input(format);
    }
  }
}
