package dev.dovetail.cli;

import dev.dovetail.formats.Size;
import dev.dovetail.images.Image;
import dev.dovetail.images.video.VideoFrame;
import dev.dovetail.images.video.VideoLibrary;
import dev.dovetail.images.video.VideoReader;
import dev.dovetail.images.video.VideoWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A substitute for the artifact that reads videos. A video is a text file with the number of its
 * frames and a word that selects its behavior.
 */
public final class FakeVideos implements VideoLibrary {

  static final double RATE = 10;

  /** Writes such a video. */
  static Path video(Path file, int frames, String word) throws IOException {
    Files.createDirectories(file.getParent());
    return Files.writeString(file, frames + " " + word);
  }

  @Override
  public VideoReader open(Path file, String name) throws IOException {
    String[] parts = Files.readString(file).split(" ", 2);
    int frames = Integer.parseInt(parts[0]);
    if (frames == 0) {
      throw new IOException(name + " cannot be read as a video");
    }
    return new Reader(name, frames, parts[1]);
  }

  /** Frames with different gray values. */
  private record Reader(String name, int count, String word, int[] read) implements VideoReader {

    Reader(String name, int count, String word) {
      this(name, count, word, new int[1]);
    }

    @Override
    public double frameRate() {
      return RATE;
    }

    @Override
    public OptionalLong frames() {
      return OptionalLong.of(count);
    }

    @Override
    public Optional<VideoFrame> next() throws IOException {
      int index = read[0];
      if (!skip()) {
        return Optional.empty();
      }
      byte[] grey = new byte[40 * 60 * Image.CHANNELS];
      java.util.Arrays.fill(grey, (byte) (10 * index));
      return Optional.of(new VideoFrame(Image.of(new Size(40, 60), grey), index / RATE));
    }

    @Override
    public boolean skip() throws IOException {
      if (read[0] == 2 && word.equals("breaks")) {
        throw new IOException(name + " gives no more frames");
      }
      if (read[0] == 2 && word.equals("stops")) {
        sun.misc.Signal.raise(new sun.misc.Signal("TERM"));
        pause();
      }
      return read[0]++ < count;
    }

    /** Waits until the signal was received. */
    private static void pause() {
      try {
        Thread.sleep(500);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public Optional<String> damage() {
      return word.equals("damaged") ? Optional.of(name + " is damaged") : Optional.empty();
    }

    @Override
    public void close() {}
  }

  @Override
  public Optional<String> finish(Path video, Path source, Path file) throws IOException {
    Files.write(file, Files.readAllBytes(video));
    return Files.readString(source).endsWith("odd sound")
        ? Optional.of("its sound (odd) cannot be stored in an MP4 file")
        : Optional.empty();
  }

  @Override
  public VideoWriter create(Path file, double frameRate) {
    List<String> lines = new ArrayList<>(List.of(frameRate + " a second"));
    return new VideoWriter() {
      @Override
      public void write(Image picture, double seconds) throws IOException {
        if (seconds > 100) {
          throw new IOException("No space left on device");
        }
        lines.add(seconds + " " + picture.size());
      }

      @Override
      public void close() throws IOException {
        Files.write(file, lines);
      }
    };
  }
}
