package dev.dovetail.video;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.Size;
import dev.dovetail.images.Image;
import dev.dovetail.images.video.VideoFrame;
import dev.dovetail.images.video.VideoLibrary;
import dev.dovetail.images.video.VideoWriter;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the partial file of a writer that was killed, and the final file. */
@Tag("slow")
class FFmpegFinishTest {

  private static final int FRAMES = 20;
  private static final double RATE = 10;

  @TempDir private Path folder;

  private final VideoLibrary library = new FFmpegLibrary();

  private Path written() throws IOException {
    Path file = folder.resolve("clip.part.mp4");
    Size size = new Size(48, 64);
    byte[] bgr = new byte[(int) size.pixels() * Image.CHANNELS];
    try (VideoWriter writer = library.create(file, RATE)) {
      for (int i = 0; i < FRAMES; i++) {
        Arrays.fill(bgr, (byte) (20 + 10 * i));
        writer.write(Image.of(size, bgr), i / RATE);
      }
    }
    return file;
  }

  @Test
  void aKilledProgramLeavesAFileThatCanBePlayed() throws Exception {
    Path file = folder.resolve("killed.mp4");
    Process writer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                KilledWriter.class.getName(),
                file.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    int said = 0;
    try (BufferedReader lines = writer.inputReader(StandardCharsets.UTF_8)) {
      while (said < 37) {
        said = Integer.parseInt(lines.readLine());
      }
      writer.destroyForcibly().waitFor();
    }
    List<VideoFrame> frames = FFmpegLibraryTest.frames(file);
    // The last one may still be in the encoder.
    assertTrue(frames.size() >= said - 1, frames.size() + " of " + said);
    for (int i = 0; i < said - 1; i++) {
      assertEquals(i / KilledWriter.RATE, frames.get(i).seconds(), 1e-4);
      assertEquals(20 + 5 * (i % 40), frames.get(i).image().at(24, 32, 0), 12);
    }
  }

  @Test
  void framesAndTimesStayAndTheIndexComesFirst() throws IOException {
    Path part = written();
    Path file = folder.resolve("clip.mp4");
    assertEquals(Optional.empty(), library.finish(part, null, file));
    List<VideoFrame> frames = FFmpegLibraryTest.frames(file);
    assertEquals(FRAMES, frames.size());
    for (int i = 0; i < FRAMES; i++) {
      assertEquals(i / RATE, frames.get(i).seconds(), 1e-4);
      assertEquals(20 + 10 * i, frames.get(i).image().at(24, 32, 0), 12);
    }
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    assertTrue(text.indexOf("moov") < text.indexOf("mdat"), "the index comes first");
    assertTrue(text.indexOf("moof") < 0, "the file has no fragments");
  }

  @Test
  void soundIsCopiedUpToTheLastFrame() throws IOException {
    Path part = written();
    for (String container : List.of("mp4", "matroska", "mov")) {
      Path source = Sound.add(part, folder.resolve("source." + container), container, "aac", 3.5);
      assertEquals(3.5, Sound.seconds(source), 0.1, container);
      Path file = folder.resolve("drawn.mp4");
      assertEquals(Optional.empty(), library.finish(part, source, file));
      assertEquals(FRAMES / RATE, Sound.seconds(file), 0.05, container);
      assertEquals(FRAMES, FFmpegLibraryTest.frames(file).size());
    }
  }

  @Test
  void soundThatAnMp4CannotHoldIsNamed() throws IOException {
    Path part = written();
    Path source = Sound.add(part, folder.resolve("a.mkv"), "matroska", "wmav2", 1);
    Path file = folder.resolve("drawn.mp4");
    assertEquals(
        Optional.of("its sound (wmav2) cannot be stored in an MP4 file"),
        library.finish(part, source, file));
    assertEquals(0, Sound.seconds(file));
    assertEquals(FRAMES, FFmpegLibraryTest.frames(file).size());
  }

  @Test
  void aSourceWithoutSoundGivesNone() throws IOException {
    Path part = written();
    Path file = folder.resolve("drawn.mp4");
    assertEquals(Optional.empty(), library.finish(part, part, file));
    assertEquals(0, Sound.seconds(file));
  }
}
