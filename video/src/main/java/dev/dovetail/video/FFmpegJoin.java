package dev.dovetail.video;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVOutputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/** Copies the frames of one file and the sound of another to an MP4 file without decoding. */
final class FFmpegJoin implements Closeable {

  private final AVFormatContext format = new AVFormatContext(null);

  private FFmpegJoin(Path file) throws IOException {
    FFmpegErrors.check(
        avformat.avformat_alloc_output_context2(
            format, (AVOutputFormat) null, new BytePointer("mp4"), FFmpegErrors.url(file)),
        "the video");
  }

  /**
   * Writes the file.
   *
   * @param video a file with a video stream
   * @param sound the file with the sound; null for none
   * @return why the sound is omitted, in words; empty if it is included or there is none
   */
  static Optional<String> write(Path video, @Nullable Path sound, Path file) throws IOException {
    try (Track frames = new Track(video, avutil.AVMEDIA_TYPE_VIDEO);
        Track heard = sound == null ? null : new Track(sound, avutil.AVMEDIA_TYPE_AUDIO);
        FFmpegJoin join = new FFmpegJoin(file)) {
      boolean has = heard != null && heard.isThere();
      boolean fits = has && join.takes(heard);
      join.write(frames, fits ? heard : null, file);
      return has && !fits
          ? Optional.of("its sound (" + heard.codec() + ") cannot be stored in an MP4 file")
          : Optional.empty();
    }
  }

  private boolean takes(Track sound) {
    return avformat.avformat_query_codec(
            format.oformat(), sound.stream.codecpar().codec_id(), avcodec.FF_COMPLIANCE_NORMAL)
        == 1;
  }

  private void write(Track frames, @Nullable Track sound, Path file) throws IOException {
    frames.addTo(format);
    if (sound != null) {
      sound.addTo(format);
    }
    AVIOContext opened = new AVIOContext(null);
    FFmpegErrors.check(
        avformat.avio_open(opened, FFmpegErrors.url(file), avformat.AVIO_FLAG_WRITE), "the video");
    format.pb(opened);
    AVDictionary options = new AVDictionary(null);
    // The index comes first, so that players can start before the whole file is loaded.
    avutil.av_dict_set(options, "movflags", "+faststart", 0);
    try {
      FFmpegErrors.check(avformat.avformat_write_header(format, options), "the video");
    } finally {
      avutil.av_dict_free(options);
    }
    copy(frames, sound);
    FFmpegErrors.check(avformat.av_write_trailer(format), "the video");
    FFmpegErrors.check(avformat.avio_closep(format.pb()), "the video");
    format.pb(null);
  }

  /** Copies packets in the order of their times. The sound ends with the last frame. */
  private void copy(Track frames, @Nullable Track sound) throws IOException {
    boolean hears = sound != null && sound.next();
    while (frames.next()) {
      while (hears && sound.isBefore(frames)) {
        sound.writeTo(format);
        hears = sound.next();
      }
      frames.writeTo(format);
    }
    while (hears && sound.isBefore(frames.end, frames.timeBase())) {
      sound.writeTo(format);
      hears = sound.next();
    }
  }

  @Override
  public void close() {
    if (format.pb() != null) {
      avformat.avio_closep(format.pb());
      format.pb(null);
    }
    avformat.avformat_free_context(format);
  }

  /** A stream of a file and its current packet. */
  private static final class Track implements Closeable {

    private final AVFormatContext source;
    private final @Nullable AVStream stream;
    private final AVPacket packet = avcodec.av_packet_alloc();

    /** The time of the file's first frame in units of the stream. The written file starts there. */
    private final long start;

    private @Nullable AVStream copy;
    private long end;

    Track(Path file, int kind) throws IOException {
      this.source = FFmpegReader.open(file, "the video", kind == avutil.AVMEDIA_TYPE_AUDIO);
      int frames = best(avutil.AVMEDIA_TYPE_VIDEO);
      int index = best(kind);
      this.stream = index < 0 ? null : source.streams(index);
      this.start = stream == null || frames < 0 ? 0 : begin(source.streams(frames));
    }

    private int best(int kind) {
      return avformat.av_find_best_stream(source, kind, -1, -1, (PointerPointer<?>) null, 0);
    }

    private long begin(AVStream frames) {
      return frames.start_time() == avutil.AV_NOPTS_VALUE
          ? 0
          : avutil.av_rescale_q(frames.start_time(), frames.time_base(), stream.time_base());
    }

    boolean isThere() {
      return stream != null;
    }

    String codec() {
      return avcodec.avcodec_get_name(stream.codecpar().codec_id()).getString();
    }

    AVRational timeBase() {
      return stream.time_base();
    }

    void addTo(AVFormatContext format) throws IOException {
      copy = avformat.avformat_new_stream(format, null);
      FFmpegErrors.check(
          avcodec.avcodec_parameters_copy(copy.codecpar(), stream.codecpar()), "the video");
      copy.codecpar().codec_tag(0); // the tag is only valid in the source's container
      copy.time_base(stream.time_base());
      copy.avg_frame_rate(stream.avg_frame_rate());
    }

    /** Reads the next packet. Returns false at the end and where the file is damaged. */
    boolean next() {
      do {
        avcodec.av_packet_unref(packet);
        if (avformat.av_read_frame(source, packet) < 0) {
          return false;
        }
      } while (packet.stream_index() != stream.index() || time() == avutil.AV_NOPTS_VALUE);
      packet.pts(shifted(packet.pts()));
      packet.dts(shifted(packet.dts()));
      end = Math.max(end, time() + packet.duration());
      return true;
    }

    private long shifted(long time) {
      return time == avutil.AV_NOPTS_VALUE ? time : time - start;
    }

    private long time() {
      return packet.dts() == avutil.AV_NOPTS_VALUE ? packet.pts() : packet.dts();
    }

    boolean isBefore(Track other) {
      return isBefore(other.time(), other.timeBase());
    }

    boolean isBefore(long time, AVRational base) {
      return avutil.av_compare_ts(time(), timeBase(), time, base) < 0;
    }

    void writeTo(AVFormatContext format) throws IOException {
      avcodec.av_packet_rescale_ts(packet, timeBase(), copy.time_base());
      packet.stream_index(copy.index());
      packet.pos(-1);
      FFmpegErrors.check(avformat.av_interleaved_write_frame(format, packet), "the video");
    }

    @Override
    public void close() {
      avcodec.av_packet_free(packet);
      avformat.avformat_close_input(source);
    }
  }
}
