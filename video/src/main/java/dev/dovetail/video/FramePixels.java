package dev.dovetail.video;

import dev.dovetail.formats.Size;
import dev.dovetail.images.Image;
import java.io.Closeable;
import java.io.IOException;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;

/**
 * Converts decoded frames to images: 8 bits, BGR, in the color space of the stream, rotated by its
 * display matrix (phones record sideways), all with the size of the first frame.
 */
final class FramePixels implements Closeable {

  private static final int QUARTER = 90;
  private static final int TURNS = 4;

  private final SwsContext scaler = swscale.sws_alloc_context();
  private final AVFrame bgr = avutil.av_frame_alloc();
  private final int turns;

  FramePixels(AVStream stream) {
    scaler.flags(swscale.SWS_BICUBIC | swscale.SWS_ACCURATE_RND | swscale.SWS_FULL_CHR_H_INT);
    this.turns = turns(stream.codecpar());
  }

  /** The number of clockwise rotations by 90 degrees that make a stored frame upright. */
  private static int turns(AVCodecParameters parameters) {
    AVPacketSideData matrix =
        avcodec.av_packet_side_data_get(
            parameters.coded_side_data(),
            parameters.nb_coded_side_data(),
            avcodec.AV_PKT_DATA_DISPLAYMATRIX);
    if (matrix == null || matrix.isNull()) {
      return 0;
    }
    double counterClockwise = avutil.av_display_rotation_get(new IntPointer(matrix.data()));
    return Double.isNaN(counterClockwise)
        ? 0
        : Math.floorMod(Math.round(-counterClockwise / QUARTER), TURNS);
  }

  Image image(AVFrame decoded, String name) throws IOException {
    if (bgr.width() == 0) {
      bgr.format(avutil.AV_PIX_FMT_BGR24);
      bgr.width(decoded.width());
      bgr.height(decoded.height());
      FFmpegErrors.check(avutil.av_frame_get_buffer(bgr, 0), name + " cannot be decoded");
    }
    FFmpegErrors.check(swscale.sws_scale_frame(scaler, bgr, decoded), name + " cannot be decoded");
    int row = bgr.width() * Image.CHANNELS;
    byte[] stored = new byte[Math.multiplyExact(row, bgr.height())];
    BytePointer data = bgr.data(0);
    for (int y = 0; y < bgr.height(); y++) {
      data.position((long) y * bgr.linesize(0)).get(stored, y * row, row);
    }
    Image image = Image.of(new Size(bgr.height(), bgr.width()), stored);
    return turns == 0 ? image : image.turned(turns);
  }

  @Override
  public void close() {
    avutil.av_frame_free(bgr);
    swscale.sws_freeContext(scaler);
  }
}
