package dev.dovetail.video;

import dev.dovetail.formats.Size;
import dev.dovetail.images.Image;
import dev.dovetail.images.video.VideoWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVOutputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/**
 * Writes an MP4 file with H.264, which browsers and all players support. If the H.264 encoder does
 * not support the size, MPEG-4 is used. Each frame keeps its time. Each frame is a fragment, so
 * that the file can be played even if the program is killed.
 */
final class FFmpegWriter implements VideoWriter {

  private static final String H264 = "libopenh264";
  private static final List<String> ENCODERS = List.of(H264, "mpeg4");

  /** The smallest height and width that the H.264 encoder supports. */
  private static final int LEAST_H264 = 16;

  /** Time units per second, a multiple of 24, 25, 30, 50 and 60 frames per second. */
  private static final int UNITS = 60_000;

  private static final double USUAL_RATE = 25;

  /** The bit rate. Drawings have flat areas and hard edges, which need more bits than film. */
  private static final double BITS_PER_PIXEL = 0.2;

  private static final long LEAST_BITS = 500_000;
  private static final long MOST_BITS = 60_000_000;

  private final Path file;
  private final double frameRate;
  private @Nullable Output output;
  private long last = -1;

  FFmpegWriter(Path file, double frameRate) {
    this.file = file;
    this.frameRate = frameRate > 0 ? frameRate : USUAL_RATE;
  }

  @Override
  public void write(Image picture, double seconds) throws IOException {
    if (output == null) {
      output = new Output(picture.size());
    }
    last = Math.max(last + 1, Math.round(seconds * UNITS));
    output.write(picture, last);
  }

  @Override
  public void close() throws IOException {
    if (output != null) {
      Output finished = output;
      output = null;
      finished.finish();
    }
  }

  /** Creates the native objects that depend on the size of the frames. */
  private final class Output {

    private final Size size;
    private final AVFormatContext format = new AVFormatContext(null);
    private final AVCodecContext encoder;
    private final AVStream stream;
    private final AVPacket packet = avcodec.av_packet_alloc();
    private final AVFrame bgr;
    private final AVFrame yuv;
    private final SwsContext scaler = swscale.sws_alloc_context();

    Output(Size picture) throws IOException {
      // Chroma is stored for blocks of 2x2 pixels.
      this.size = new Size(even(picture.height()), even(picture.width()));
      check(
          avformat.avformat_alloc_output_context2(
              format, (AVOutputFormat) null, new BytePointer("mp4"), FFmpegErrors.url(file)));
      this.encoder = encoder();
      this.stream = avformat.avformat_new_stream(format, null);
      check(avcodec.avcodec_parameters_from_context(stream.codecpar(), encoder));
      stream.time_base(encoder.time_base());
      stream.avg_frame_rate(encoder.framerate());
      this.bgr = frame(avutil.AV_PIX_FMT_BGR24);
      this.yuv = frame(avutil.AV_PIX_FMT_YUV420P);
      yuv.colorspace(avutil.AVCOL_SPC_BT709);
      yuv.color_range(avutil.AVCOL_RANGE_MPEG);
      scaler.flags(swscale.SWS_BICUBIC | swscale.SWS_ACCURATE_RND);
      begin();
    }

    private void begin() throws IOException {
      AVIOContext opened = new AVIOContext(null);
      check(avformat.avio_open(opened, FFmpegErrors.url(file), avformat.AVIO_FLAG_WRITE));
      format.pb(opened);
      AVDictionary options = new AVDictionary(null);
      String fragments = "+frag_every_frame+empty_moov+default_base_moof";
      avutil.av_dict_set(options, "movflags", fragments, 0);
      avutil.av_dict_set(options, "flush_packets", "1", 0);
      try {
        check(avformat.avformat_write_header(format, options));
      } finally {
        avutil.av_dict_free(options);
      }
    }

    private AVCodecContext encoder() throws IOException {
      int code = 0;
      for (String name : ENCODERS) {
        AVCodec codec = avcodec.avcodec_find_encoder_by_name(name);
        boolean tiny = Math.min(size.height(), size.width()) < LEAST_H264;
        if (codec == null || tiny && name.equals(H264)) {
          continue;
        }
        AVCodecContext context = avcodec.avcodec_alloc_context3(codec);
        context.width(size.width());
        context.height(size.height());
        context.pix_fmt(avutil.AV_PIX_FMT_YUV420P);
        context.colorspace(avutil.AVCOL_SPC_BT709);
        context.color_primaries(avutil.AVCOL_PRI_BT709);
        context.color_trc(avutil.AVCOL_TRC_BT709);
        context.color_range(avutil.AVCOL_RANGE_MPEG);
        context.time_base(new AVRational().num(1).den(UNITS));
        context.framerate(avutil.av_d2q(frameRate, UNITS));
        context.gop_size((int) Math.max(1, Math.round(2 * frameRate)));
        context.bit_rate(bitRate());
        context.flags(context.flags() | avcodec.AV_CODEC_FLAG_GLOBAL_HEADER);
        code = avcodec.avcodec_open2(context, codec, (PointerPointer<?>) null);
        if (code >= 0) {
          return context;
        }
        avcodec.avcodec_free_context(context);
      }
      throw new IOException(
          "frames of " + size + " pixels cannot be encoded: " + FFmpegErrors.words(code));
    }

    private long bitRate() {
      double bits = BITS_PER_PIXEL * size.pixels() * frameRate;
      return Math.max(LEAST_BITS, Math.min(MOST_BITS, Math.round(bits)));
    }

    private AVFrame frame(int pixels) throws IOException {
      AVFrame frame = avutil.av_frame_alloc();
      frame.format(pixels);
      frame.width(size.width());
      frame.height(size.height());
      check(avutil.av_frame_get_buffer(frame, 0));
      return frame;
    }

    void write(Image picture, long time) throws IOException {
      fill(picture);
      // The encoder may still use the previous frame.
      check(avutil.av_frame_make_writable(yuv));
      check(swscale.sws_scale_frame(scaler, yuv, bgr));
      yuv.pts(time);
      yuv.duration(Math.round(UNITS / frameRate));
      check(avcodec.avcodec_send_frame(encoder, yuv));
      drain();
    }

    /** Pads a frame: an odd edge by repeating its last pixels, the rest with black. */
    private void fill(Image picture) {
      byte[] pixels = picture.toBytes();
      Size drawn = picture.size();
      int stride = drawn.width() * Image.CHANNELS;
      byte[] row = new byte[size.width() * Image.CHANNELS];
      BytePointer data = bgr.data(0);
      for (int y = 0; y < size.height(); y++) {
        int from = y == drawn.height() && y % 2 == 1 ? y - 1 : y;
        Arrays.fill(row, (byte) 0);
        if (from < drawn.height()) {
          System.arraycopy(pixels, from * stride, row, 0, Math.min(stride, row.length));
          if (stride < row.length && drawn.width() % 2 == 1) {
            System.arraycopy(row, stride - Image.CHANNELS, row, stride, Image.CHANNELS);
          }
        }
        data.position((long) y * bgr.linesize(0)).put(row, 0, row.length);
      }
    }

    private void drain() throws IOException {
      while (true) {
        int code = avcodec.avcodec_receive_packet(encoder, packet);
        if (code == FFmpegErrors.again() || code == avutil.AVERROR_EOF) {
          return;
        }
        check(code);
        avcodec.av_packet_rescale_ts(packet, encoder.time_base(), stream.time_base());
        packet.stream_index(stream.index());
        check(avformat.av_interleaved_write_frame(format, packet));
      }
    }

    void finish() throws IOException {
      try {
        check(avcodec.avcodec_send_frame(encoder, null));
        drain();
        check(avformat.av_write_trailer(format));
        check(avformat.avio_closep(format.pb()));
        format.pb(null);
      } finally {
        free();
      }
    }

    private void free() {
      if (format.pb() != null) {
        avformat.avio_closep(format.pb());
        format.pb(null);
      }
      swscale.sws_freeContext(scaler);
      avutil.av_frame_free(bgr);
      avutil.av_frame_free(yuv);
      avcodec.av_packet_free(packet);
      avcodec.avcodec_free_context(encoder);
      avformat.avformat_free_context(format);
    }

    private static int even(int length) {
      return length + length % 2;
    }

    private static void check(int code) throws IOException {
      if (code < 0) {
        throw new IOException(FFmpegErrors.words(code));
      }
    }
  }
}
