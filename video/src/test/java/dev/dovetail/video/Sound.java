package dev.dovetail.video;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
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
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;

/** Creates test videos with sound: adds a tone to a video and copies its frames. */
final class Sound implements Closeable {

  static final int RATE = 48_000;

  private final AVFormatContext in;
  private final AVFormatContext out = new AVFormatContext(null);
  private final AVPacket packet = avcodec.av_packet_alloc();
  private final AVCodecContext encoder;
  private final AVStream tone;
  private final AVStream frames;

  private Sound(Path video, Path file, String container, String codec) throws IOException {
    FFmpegNatives.load();
    in = FFmpegReader.open(video, "the video", true);
    check(
        avformat.avformat_alloc_output_context2(
            out, (AVOutputFormat) null, new BytePointer(container), FFmpegErrors.url(file)));
    AVCodec found = avcodec.avcodec_find_encoder_by_name(codec);
    encoder = avcodec.avcodec_alloc_context3(found);
    encoder.sample_rate(RATE);
    encoder.sample_fmt(avutil.AV_SAMPLE_FMT_FLTP);
    encoder.time_base(new AVRational().num(1).den(RATE));
    avutil.av_channel_layout_default(encoder.ch_layout(), 1);
    encoder.flags(encoder.flags() | avcodec.AV_CODEC_FLAG_GLOBAL_HEADER);
    check(avcodec.avcodec_open2(encoder, found, (PointerPointer<?>) null));
    frames = avformat.avformat_new_stream(out, null);
    check(avcodec.avcodec_parameters_copy(frames.codecpar(), in.streams(0).codecpar()));
    frames.codecpar().codec_tag(0);
    tone = avformat.avformat_new_stream(out, null);
    check(avcodec.avcodec_parameters_from_context(tone.codecpar(), encoder));
    AVIOContext opened = new AVIOContext(null);
    check(avformat.avio_open(opened, FFmpegErrors.url(file), avformat.AVIO_FLAG_WRITE));
    out.pb(opened);
    check(avformat.avformat_write_header(out, (AVDictionary) null));
  }

  /** Writes the frames of a video with a tone of a duration in a codec. */
  static Path add(Path video, Path file, String container, String codec, double seconds)
      throws IOException {
    try (Sound sound = new Sound(video, file, container, codec)) {
      sound.copyFrames();
      sound.writeTone((long) (seconds * RATE));
      check(avformat.av_write_trailer(sound.out));
    }
    return file;
  }

  private void copyFrames() throws IOException {
    while (avformat.av_read_frame(in, packet) >= 0) {
      avcodec.av_packet_rescale_ts(packet, in.streams(0).time_base(), frames.time_base());
      packet.stream_index(0);
      check(avformat.av_interleaved_write_frame(out, packet));
    }
  }

  private void writeTone(long samples) throws IOException {
    int step = encoder.frame_size() > 0 ? encoder.frame_size() : 1024;
    AVFrame frame = avutil.av_frame_alloc();
    frame.format(encoder.sample_fmt());
    frame.nb_samples(step);
    frame.sample_rate(RATE);
    avutil.av_channel_layout_copy(frame.ch_layout(), encoder.ch_layout());
    check(avutil.av_frame_get_buffer(frame, 0));
    for (long at = 0; at < samples; at += step) {
      check(avutil.av_frame_make_writable(frame));
      ByteBuffer bytes = ByteBuffer.allocate(4 * step).order(ByteOrder.nativeOrder());
      for (int i = 0; i < step; i++) {
        bytes.putFloat((float) (0.4 * Math.sin(2 * Math.PI * 440 * (at + i) / RATE)));
      }
      frame.data(0).put(bytes.array());
      frame.pts(at);
      check(avcodec.avcodec_send_frame(encoder, frame));
      drain();
    }
    check(avcodec.avcodec_send_frame(encoder, null));
    drain();
    avutil.av_frame_free(frame);
  }

  private void drain() throws IOException {
    while (avcodec.avcodec_receive_packet(encoder, packet) == 0) {
      avcodec.av_packet_rescale_ts(packet, encoder.time_base(), tone.time_base());
      packet.stream_index(1);
      check(avformat.av_interleaved_write_frame(out, packet));
    }
  }

  /** Returns the duration of a file's sound in seconds; 0 if it has none. */
  static double seconds(Path file) throws IOException {
    FFmpegNatives.load();
    AVFormatContext read = FFmpegReader.open(file, "the video", true);
    int index =
        avformat.av_find_best_stream(
            read, avutil.AVMEDIA_TYPE_AUDIO, -1, -1, (PointerPointer<?>) null, 0);
    double seconds = 0;
    AVPacket packet = avcodec.av_packet_alloc();
    while (index >= 0 && avformat.av_read_frame(read, packet) >= 0) {
      if (packet.stream_index() == index) {
        long end = packet.pts() + packet.duration();
        seconds = Math.max(seconds, end * avutil.av_q2d(read.streams(index).time_base()));
      }
      avcodec.av_packet_unref(packet);
    }
    avcodec.av_packet_free(packet);
    avformat.avformat_close_input(read);
    return seconds;
  }

  private static void check(int code) throws IOException {
    FFmpegErrors.check(code, "the sound");
  }

  @Override
  public void close() {
    avcodec.av_packet_free(packet);
    avcodec.avcodec_free_context(encoder);
    avformat.avio_closep(out.pb());
    out.pb(null);
    avformat.avformat_free_context(out);
    avformat.avformat_close_input(in);
  }
}
