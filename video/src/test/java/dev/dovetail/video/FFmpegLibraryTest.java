package dev.dovetail.video;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.Size;
import dev.dovetail.images.Image;
import dev.dovetail.images.video.VideoFrame;
import dev.dovetail.images.video.VideoLibrary;
import dev.dovetail.images.video.VideoReader;
import dev.dovetail.images.video.VideoWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests videos that are written and read back, some of them with modified bytes. */
@Tag("slow")
class FFmpegLibraryTest {

  private static final int FRAMES = 20;

  @TempDir private Path folder;

  private final VideoLibrary library =
      VideoLibrary.find(FFmpegLibraryTest.class.getClassLoader()).orElseThrow();

  /**
   * Returns a frame with blue at the left and red at the right. The brightness of red identifies
   * the frame.
   */
  private static Image picture(Size size, int frame) {
    byte[] bgr = new byte[(int) size.pixels() * Image.CHANNELS];
    for (int y = 0; y < size.height(); y++) {
      for (int x = 0; x < size.width(); x++) {
        int at = (y * size.width() + x) * Image.CHANNELS;
        boolean left = x < size.width() / 2;
        bgr[at] = (byte) (left ? 200 : 0);
        bgr[at + 2] = (byte) (left ? 0 : 20 + 10 * frame);
      }
    }
    return Image.of(size, bgr);
  }

  private Path video(String name, Size size, double rate) throws IOException {
    Path file = folder.resolve(name);
    try (VideoWriter writer = library.create(file, rate)) {
      for (int i = 0; i < FRAMES; i++) {
        writer.write(picture(size, i), i / rate);
      }
    }
    return file;
  }

  static List<VideoFrame> frames(Path file) throws IOException {
    List<VideoFrame> frames = new ArrayList<>();
    try (VideoReader reader = new FFmpegLibrary().open(file, file.toString())) {
      for (Optional<VideoFrame> f = reader.next(); f.isPresent(); f = reader.next()) {
        frames.add(f.get());
      }
      assertEquals(Optional.empty(), reader.damage());
    }
    return frames;
  }

  @Test
  void framesAreReadBackWithTheirColorsAndTimes() throws IOException {
    Size size = new Size(48, 64);
    for (double rate : new double[] {30_000 / 1001.0, 24_000 / 1001.0, 10}) {
      List<VideoFrame> frames = frames(video("a.mp4", size, rate));
      assertEquals(FRAMES, frames.size());
      for (int i = 0; i < FRAMES; i++) {
        assertEquals(i / rate, frames.get(i).seconds(), 1e-4);
        Image image = frames.get(i).image();
        assertEquals(size, image.size());
        assertEquals(200, image.at(24, 10, 0), 12);
        assertEquals(0, image.at(24, 10, 2), 12);
        assertEquals(20 + 10 * i, image.at(24, 54, 2), 12);
      }
    }
  }

  @Test
  void timesCanBeUneven() throws IOException {
    Path file = folder.resolve("a.mp4");
    double[] times = {0, 0.04, 0.5, 0.51, 3};
    try (VideoWriter writer = library.create(file, 25)) {
      for (int i = 0; i < times.length; i++) {
        writer.write(picture(new Size(48, 64), i), times[i]);
      }
    }
    assertEquals(
        Arrays.toString(times),
        Arrays.toString(
            frames(file).stream()
                .mapToDouble(f -> Math.round(f.seconds() * 1000) / 1000.0)
                .toArray()));
  }

  @Test
  void oddTinyAndLargeFramesAreWritten() throws IOException {
    for (Size size :
        List.of(new Size(47, 63), new Size(2, 8), new Size(1, 1), new Size(3000, 4400))) {
      Path file = folder.resolve("a.mp4");
      try (VideoWriter writer = library.create(file, 0)) {
        writer.write(picture(size, 1), 0);
        writer.write(picture(size, 1), 0.04);
      }
      List<VideoFrame> frames = frames(file);
      assertEquals(2, frames.size());
      Size stored = new Size(size.height() + size.height() % 2, size.width() + size.width() % 2);
      assertEquals(stored, frames.get(0).image().size());
      int bottom = stored.height() - 1;
      int right = stored.width() - 1;
      assertEquals(30, frames.get(0).image().at(bottom, right, 2), 14, "padded: " + size);
    }
  }

  @Test
  void framesOfAnotherSizeAreCroppedOrPadded() throws IOException {
    Path file = folder.resolve("a.mp4");
    try (VideoWriter writer = library.create(file, 25)) {
      writer.write(picture(new Size(48, 64), 10), 0);
      writer.write(picture(new Size(60, 100), 10), 0.04);
      writer.write(picture(new Size(20, 30), 10), 0.08);
    }
    List<VideoFrame> frames = frames(file);
    assertEquals(new Size(48, 64), frames.get(2).image().size());
    assertEquals(200, frames.get(1).image().at(40, 45, 0), 14);
    assertEquals(0, frames.get(2).image().at(40, 50, 0), 14);
  }

  @Test
  void framesCanBeSkipped() throws IOException {
    Path file = video("a.mp4", new Size(48, 64), 10);
    try (VideoReader reader = library.open(file, "a.mp4")) {
      assertEquals(OptionalLong.of(FRAMES), reader.frames());
      assertEquals(10, reader.frameRate(), 1e-9);
      for (int i = 0; i < 7; i++) {
        assertTrue(reader.skip());
      }
      assertEquals(0.7, reader.next().orElseThrow().seconds(), 1e-4);
    }
  }

  @Test
  void theIndexComesFirst() throws IOException {
    String text = text(video("a.mp4", new Size(48, 64), 10));
    assertTrue(text.indexOf("moov") < text.indexOf("mdat"), "not playable during loading");
    assertTrue(text.contains("avc1"), "not H.264");
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
  }

  /** Changes the display matrix in the track's header, 36 bytes before its width and height. */
  private static void turn(Path file, int... matrix) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int header = text(file).indexOf("tkhd");
    java.nio.ByteBuffer.wrap(bytes, header + 4 + 40, 36).asIntBuffer().put(matrix);
    Files.write(file, bytes);
  }

  @Test
  void framesAreUprightAccordingToTheFile() throws IOException {
    int one = 1 << 16;
    int last = 1 << 30;
    Path file = video("a.mp4", new Size(48, 64), 10);
    turn(file, 0, one, 0, -one, 0, 0, 0, 0, last);
    Image clockwise = frames(file).get(0).image();
    assertEquals(new Size(64, 48), clockwise.size());
    assertEquals(200, clockwise.at(10, 24, 0), 12, "left is at the top");
    turn(file, 0, -one, 0, one, 0, 0, 0, 0, last);
    assertEquals(200, frames(file).get(0).image().at(54, 24, 0), 12, "left is at the bottom");
    turn(file, -one, 0, 0, 0, -one, 0, 0, 0, last);
    assertEquals(200, frames(file).get(0).image().at(24, 54, 0), 12, "left is at the right");
  }

  @Test
  void invalidVideosAreRejectedByName() throws IOException {
    Path text = Files.writeString(folder.resolve("text.mp4"), "no video\n".repeat(1000));
    Path empty = Files.createFile(folder.resolve("empty.mp4"));
    Path whole = video("whole.mp4", new Size(48, 64), 10);
    byte[] bytes = Files.readAllBytes(whole);
    Path half = Files.write(folder.resolve("half.mp4"), Arrays.copyOf(bytes, 300));
    assertFails(text, "text.mp4 cannot be read as a video: its content is damaged");
    assertFails(empty, "empty.mp4 is empty");
    assertFails(half, "half.mp4 contains no video: it is damaged");
    Path missing = folder.resolve("none.mp4");
    assertThrows(NoSuchFileException.class, () -> library.open(missing, "none.mp4"));
  }

  private void assertFails(Path file, String sentence) {
    IOException e = assertThrows(IOException.class, () -> library.open(file, file.toString()));
    assertTrue(e.getMessage().contains(sentence), e.getMessage());
  }

  /** Playlists refer to other files and addresses. */
  @Test
  void aPlaylistIsNotFollowed() throws IOException {
    Path whole = video("whole.mp4", new Size(48, 64), 10);
    Path list = folder.resolve("list.mp4");
    Files.writeString(list, "#EXTM3U\n#EXTINF:2,\n" + whole + "\n#EXT-X-ENDLIST\n");
    assertFails(list, "list.mp4 cannot be read as a video");
    Files.writeString(list, "ffconcat version 1.0\nfile whole.mp4\n");
    assertFails(list, "list.mp4 cannot be read as a video");
  }

  @Test
  void aTruncatedVideoReturnsItsFramesAndReportsTheDamage() throws IOException {
    Path whole = video("whole.mp4", new Size(48, 64), 10);
    byte[] bytes = Files.readAllBytes(whole);
    int content = text(whole).indexOf("mdat");
    Path cut =
        Files.write(
            folder.resolve("cut.mp4"),
            Arrays.copyOf(bytes, content + (bytes.length - content) / 2));
    int read = 0;
    try (VideoReader reader = library.open(cut, "cut.mp4")) {
      while (reader.skip()) {
        read++;
      }
      assertTrue(reader.damage().orElseThrow().startsWith("cut.mp4 "), reader.damage().toString());
    }
    assertTrue(read > 0 && read < FRAMES, read + " frames");
  }

  @Test
  void anUnwritablePathIsAnError() throws IOException {
    Path nowhere = folder.resolve("none/a.mp4");
    try (VideoWriter writer = library.create(nowhere, 10)) {
      IOException e =
          assertThrows(IOException.class, () -> writer.write(picture(new Size(48, 64), 1), 0));
      assertTrue(e.getMessage().contains("No such file"), e.getMessage());
    }
  }
}
