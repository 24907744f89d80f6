package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code predict} for videos, which {@link FakeVideos} reads and writes. */
@Tag("slow")
class PredictVideoTest {

  private static final int STOPPED = 128 + 15;

  @TempDir private Path folder;
  private Path clips;
  private Path out;

  @BeforeEach
  void write() throws IOException {
    clips = folder.resolve("clips");
    out = folder.resolve("out");
    FakeVideos.video(clips.resolve("a.mp4"), 5, "");
  }

  private CommandLineRun predict(TinyModel model, Object... inputsAndMore) {
    List<Object> args = model.arguments("predict", inputsAndMore);
    args.addAll(List.of("--out", out));
    return CommandLineRun.of(args.toArray());
  }

  private TinyModel detector() throws IOException {
    return TinyModel.detector(folder, "cat", "dog");
  }

  private List<JsonNode> lines(String name) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(out.resolve(name))) {
      lines.add(new ObjectMapper().readTree(line));
    }
    return lines;
  }

  private JsonNode results() throws IOException {
    return new ObjectMapper().readTree(out.resolve("results.json").toFile());
  }

  private List<String> files() throws IOException {
    try (var all = Files.list(out)) {
      return all.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void eachFrameHasALineWithItsTimeAndAPicture() throws IOException {
    CommandLineRun run = predict(detector(), clips).succeeded();
    assertEquals(List.of("a.jsonl", "a.mp4", "results.json"), files());
    List<JsonNode> lines = lines("a.jsonl");
    assertEquals(5, lines.size());
    for (int i = 0; i < 5; i++) {
      assertEquals(i, lines.get(i).get("frame").asInt());
      assertEquals(i / FakeVideos.RATE, lines.get(i).get("time").asDouble(), 1e-9);
      assertTrue(lines.get(i).get("objects").isArray());
    }
    assertEquals(
        List.of("10.0 a second", "0.0 40x60", "0.1 40x60", "0.2 40x60", "0.3 40x60", "0.4 40x60"),
        Files.readAllLines(out.resolve("a.mp4")).stream()
            .map(line -> line.replace("60x40", "40x60"))
            .toList());
    JsonNode entry = results().get(0);
    assertEquals(clips.resolve("a.mp4").toString(), entry.get("file").asText());
    assertEquals("60 40", entry.get("width") + " " + entry.get("height"));
    assertEquals("a.mp4", entry.get("video").asText());
    assertEquals("a.jsonl", entry.get("frames").asText());
    assertEquals(5, entry.get("frame_count").asInt());
    assertTrue(run.out().startsWith("a.mp4: 5 frames in "), run.out());
    assertFalse(run.out().contains("image"), run.out());
  }

  @Test
  void everyNthFrameKeepsItsNumberAndTime() throws IOException {
    predict(detector(), clips, "--every", 2).succeeded();
    assertEquals("[0, 2, 4]", lines("a.jsonl").stream().map(l -> l.get("frame")).toList() + "");
    List<String> video = Files.readAllLines(out.resolve("a.mp4"));
    assertEquals("5.0 a second", video.get(0));
    assertTrue(video.get(3).startsWith("0.4 "), video.toString());
  }

  @Test
  void imagesAndVideosAreProcessedInTheSpecifiedOrder() throws IOException {
    TinyModel.picture(clips.resolve("a.png"), 40, 60);
    TinyModel.picture(clips.resolve("z.png"), 40, 60);
    CommandLineRun run = predict(detector(), clips.resolve("z.png"), clips).succeeded();
    assertEquals(List.of("z.jpg", "a-2.jpg"), results().findValuesAsText("picture"));
    assertEquals(List.of("a.mp4"), results().findValuesAsText("video"));
    assertTrue(run.out().startsWith("image  found"), run.out());
    assertTrue(run.out().contains("\na.mp4: 5 frames in "), run.out());
  }

  @Test
  void segmentersPreserveTheSizeOfFrames() throws IOException {
    for (TinyModel model :
        List.of(
            TinyModel.segmenter(Files.createDirectories(folder.resolve("s")), "sky", "a long name"),
            TinyModel.panoptic(Files.createDirectories(folder.resolve("p")), "sky", "a name"))) {
      predict(model, clips).succeeded();
      List<String> video = Files.readAllLines(out.resolve("a.mp4"));
      assertEquals(
          1,
          video.stream().skip(1).map(line -> line.split(" ")[1]).distinct().count(),
          video.toString());
    }
  }

  @Test
  void aClassifierWritesOnlyLines() throws IOException {
    TinyModel model = TinyModel.classifier(folder, "cat", "dog");
    predict(model, clips).succeeded();
    assertEquals(List.of("a.jsonl", "results.json"), files());
    assertEquals(5, lines("a.jsonl").size());
    model
        .run("predict", clips.resolve("a.mp4"))
        .failed(Main.USAGE, "'--out=DIR', where a line for each frame of a video is written");
  }

  @Test
  void cropsOfFramesAreWritten() throws IOException {
    predict(detector(), clips, "--save-crops", "--score-threshold", 0.2, "--every", 4).succeeded();
    JsonNode line = lines("a.jsonl").get(1);
    assertTrue(line.get("crops").size() > 0, line.toString());
    String file = line.get("crops").get(0).asText();
    assertTrue(file.endsWith("/a-4-1.jpg"), file);
    assertTrue(Files.exists(out.resolve(file)));
  }

  @Test
  void aStoppedRunKeepsTheFramesThatAreDone() throws IOException {
    FakeVideos.video(clips.resolve("b.mp4"), 9, "stops");
    FakeVideos.video(clips.resolve("c.mp4"), 9, "");
    CommandLineRun run = predict(detector(), clips);
    assertEquals(STOPPED, run.code(), run.err());
    assertTrue(
        run.err().contains("3 of 9 frames are done; kept in " + out.resolve("b.mp4")), run.err());
    assertEquals(List.of("a.jsonl", "a.mp4", "b.jsonl", "b.mp4", "results.json"), files());
    assertEquals(3, lines("b.jsonl").size());
    assertEquals(4, Files.readAllLines(out.resolve("b.mp4")).size());
    assertEquals(2, results().size());
  }

  @Test
  void anUnreadableVideoIsReportedAfterTheOthersAreDone() throws IOException {
    FakeVideos.video(clips.resolve("none.mp4"), 0, "");
    FakeVideos.video(clips.resolve("short.mp4"), 9, "breaks");
    predict(detector(), clips)
        .failed(
            Main.FAILED,
            "2 of 3 inputs could not be used",
            "none.mp4 cannot be read as a video",
            "short.mp4 gives no more frames");
    assertEquals(List.of("a.jsonl", "a.mp4", "results.json"), files());
  }

  @Test
  void soundThatIsLeftOutIsNoted() throws IOException {
    FakeVideos.video(clips.resolve("a.mp4"), 3, "odd sound");
    CommandLineRun run = predict(detector(), clips).succeeded();
    String note = clips.resolve("a.mp4") + ": its sound (odd) cannot be stored in an MP4 file";
    assertTrue(run.err().contains("dovetail: " + note + " and is omitted"), run.err());
  }

  @Test
  void damageIsAWarning() throws IOException {
    FakeVideos.video(clips.resolve("a.mp4"), 3, "damaged");
    CommandLineRun run = predict(detector(), clips).succeeded();
    assertTrue(run.err().contains("dovetail: warning: "), run.err());
    assertTrue(run.err().contains("a.mp4 is damaged"), run.err());
  }

  @Test
  void aVideoThatCannotBeWrittenIsReported() throws IOException {
    FakeVideos.video(clips.resolve("a.mp4"), 1200, "");
    predict(detector(), clips, "--every", 1100)
        .failed(Main.FAILED, "cannot write " + out.resolve("a.mp4") + ": No space left on device");
    assertEquals(List.of(), files());
  }

  @Test
  void aVideoIsNeverReplacedByItsResult() throws IOException {
    out = clips;
    predict(detector(), clips)
        .failed(Main.USAGE, "would replace the video itself", "another --out");
  }

  @Test
  void aMissingWebcamIsNamed() throws IOException {
    predict(detector(), "/dev/video97531").failed(Main.USAGE, "no such webcam: /dev/video97531");
  }
}
