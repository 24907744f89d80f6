package dev.dovetail.video;

import dev.dovetail.images.video.VideoLibrary;
import dev.dovetail.images.video.VideoReader;
import dev.dovetail.images.video.VideoWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A video library that uses FFmpeg. */
public final class FFmpegLibrary implements VideoLibrary {

  /** The constructor for {@link java.util.ServiceLoader}. */
  public FFmpegLibrary() {}

  @Override
  public VideoReader open(Path file, String name) throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(name);
    }
    if (Files.isRegularFile(file) && Files.size(file) == 0) {
      throw new IOException(name + " is empty (0 bytes)");
    }
    FFmpegNatives.load();
    return FFmpegReader.open(file, name);
  }

  @Override
  public VideoWriter create(Path file, double frameRate) throws IOException {
    FFmpegNatives.load();
    return new FFmpegWriter(file, frameRate);
  }
}
