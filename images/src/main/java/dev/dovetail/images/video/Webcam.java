package dev.dovetail.images.video;

import dev.dovetail.images.Image;
import dev.dovetail.images.OpenCv;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.opencv.core.Mat;
import org.opencv.videoio.VideoCapture;
import org.opencv.videoio.Videoio;

/** A webcam on Linux, which delivers frames until it is closed. */
public final class Webcam implements VideoReader {

  private static final String DEVICE = "/dev/video";

  private final Path device;
  private final VideoCapture capture;
  private final Mat frame = new Mat();
  private long first;

  private Webcam(Path device, VideoCapture capture) {
    this.device = device;
    this.capture = capture;
  }

  /**
   * Starts a webcam.
   *
   * @param device such as {@code /dev/video0}
   * @return the open webcam
   * @throws IOException if it does not exist or cannot be opened
   */
  public static Webcam open(Path device) throws IOException {
    if (!Files.exists(device)) {
      throw new IOException(device + ": no such webcam");
    }
    if (!Files.isReadable(device)) {
      throw new IOException(
          device + ": permission to read this webcam was denied; is the user in its group?");
    }
    OpenCv.load();
    int number = Integer.parseInt(device.toString().substring(DEVICE.length()));
    VideoCapture capture = new VideoCapture();
    if (!capture.open(number, Videoio.CAP_V4L)) {
      capture.release();
      throw new IOException(
          device + " cannot be opened as a webcam; another program may be using it");
    }
    return new Webcam(device, capture);
  }

  @Override
  public double frameRate() {
    double rate = capture.get(Videoio.CAP_PROP_FPS);
    return rate > 0 && Double.isFinite(rate) ? rate : 0;
  }

  @Override
  public OptionalLong frames() {
    return OptionalLong.empty();
  }

  @Override
  public Optional<VideoFrame> next() throws IOException {
    if (!capture.read(frame)) {
      throw stopped();
    }
    return Optional.of(new VideoFrame(Image.of(frame), seconds()));
  }

  @Override
  public boolean skip() throws IOException {
    if (!capture.grab()) {
      throw stopped();
    }
    seconds();
    return true;
  }

  private double seconds() {
    long now = System.nanoTime();
    if (first == 0) {
      first = now;
    }
    return (now - first) * 1e-9;
  }

  private IOException stopped() {
    return new IOException(device + " delivers no more frames; was the webcam disconnected?");
  }

  @Override
  public Optional<String> damage() {
    return Optional.empty();
  }

  @Override
  public void close() {
    capture.release();
    frame.release();
  }
}
