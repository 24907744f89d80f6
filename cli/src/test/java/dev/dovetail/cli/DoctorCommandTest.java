package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dovetail.natives.Platform;
import dev.dovetail.runtime.Doctor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorCommandTest {

  @Test
  void theCpuAndTheNativeLibrariesWorkOnThisMachine() throws IOException {
    JsonNode json = new ObjectMapper().readTree(CommandLineRun.of("doctor", "--json").out());
    Map<String, String> states = new TreeMap<>();
    json.get("findings")
        .forEach(f -> states.put(f.get("subject").asText(), f.get("status").asText()));
    for (String subject :
        new String[] {
          "dovetail",
          "Java",
          "system",
          "memory",
          "OpenCV",
          "ONNX Runtime",
          "cpu",
          "temporary",
          "network"
        }) {
      assertEquals("good", states.get(subject), subject);
    }
    assertTrue(states.containsKey("cuda:0"), states.toString());
    assertTrue(states.containsKey("training"), states.toString());
    assertTrue(states.containsKey("videos"), states.toString());
    assertTrue(states.containsKey("cache"), states.toString());
  }

  @Test
  void theExitCodeReportsBrokenComponents() throws IOException {
    CommandLineRun run = CommandLineRun.of("doctor", "--json");
    boolean broken = run.out().contains("\"broken\"");
    assertEquals(broken ? Main.FAILED : Main.OK, run.code());
  }

  @Test
  void theLocationOfTheVideoLibraryIsReported(@TempDir Path folder) throws IOException {
    Platform machine = new Platform("linux", "aarch64");
    NativeJars jars = new NativeJars(machine, List.of(folder));
    Files.createFile(folder.resolve("ffmpeg-8.0.1-1.5.13.jar"));
    Doctor.Finding absent = VideoSupport.finding(jars);
    assertEquals(Doctor.Status.ABSENT, absent.status());
    assertTrue(absent.text().contains("dovetail --add video"), absent.text());
    Files.createFile(folder.resolve("ffmpeg-8.0.1-1.5.13-linux-arm64.jar"));
    assertEquals(
        new Doctor.Finding(
            "videos", Doctor.Status.GOOD, "FFmpeg 8.0.1-1.5.13 in " + folder + ", 0 MB"),
        VideoSupport.finding(jars));
    NativeJars none = new NativeJars(new Platform("plan9", "x86_64"), List.of(folder));
    assertTrue(VideoSupport.finding(none).text().contains("not available for plan9-x86_64"));
  }

  @Test
  void theTextFits80Columns() {
    String text = CommandLineRun.of("doctor").out();
    assertTrue(text.contains("cuda:0        "), text);
    assertTrue(text.lines().allMatch(l -> l.length() <= 80 || !l.strip().contains("  ")), text);
  }
}
