package dev.dovetail.video;

import dev.dovetail.images.video.VideoLibrary;
import dev.dovetail.images.video.VideoReader;
import dev.dovetail.images.video.VideoWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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

  @Override
  public Optional<String> finish(Path video, @Nullable Path source, Path file) throws IOException {
    FFmpegNatives.load();
    return FFmpegJoin.write(video, source, file);
  }
}
