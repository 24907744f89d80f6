package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.formats.semantic.LabelPng;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs stopped by a signal report what they kept; with one process per run. */
@Tag("slow")
class StoppedRunTest {

  private static final int IMAGES = 300;
  private static final int TERMINATED = 128 + 15;

  @TempDir private Path folder;

  private TinyModel model;

  @BeforeEach
  void aSet() throws IOException {
    model = TinyModel.segmenter(folder, "sky", "road");
    Path maps = Files.createDirectory(folder.resolve("maps"));
    for (int i = 0; i < IMAGES; i++) {
      TinyModel.picture(folder.resolve("images/" + i + ".png"), 40, 60);
      LabelPng.write(
          maps.resolve(i + ".png"), new LabelMap.Bytes(new Size(40, 60), new byte[2400]));
    }
  }

  /** Starts the program and sends it a signal when a file exists. */
  private ProgramRun stop(String arguments, String there) throws Exception {
    String java = ProcessHandle.current().info().command().orElseThrow();
    return ProgramRun.of(
        folder,
        List.of(),
        java
            + " -XX:-UsePerfData -cp $CLASSES dev.dovetail.cli.Main "
            + arguments
            + " & while ! compgen -G '"
            + there
            + "' >/dev/null; do sleep 0.01; done; kill -TERM $!; wait $!");
  }

  private static int done(String err) {
    Matcher matcher =
        Pattern.compile("dovetail: (\\d+) of " + IMAGES + " images are done; ").matcher(err);
    assertTrue(matcher.find(), err);
    return Integer.parseInt(matcher.group(1));
  }

  @Test
  void anEvaluationResumesAndAFinishedOneReportsTheEarlierRun() throws Exception {
    String eval =
        "eval tiny.json --weights tiny.safetensors --images images --annotations maps --out run";
    // The 13th: images are counted in order, some after those that are already stored.
    ProgramRun run = stop(eval, "run/label_maps/109.png");
    assertEquals(TERMINATED, run.code(), run.toString());
    assertTrue(run.err().contains("a second signal ends the program immediately"), run.err());
    assertTrue(run.err().contains("are kept in run; run the same command again"), run.err());
    int done = done(run.err());
    assertTrue(done > 0 && done < IMAGES, run.err());
    ProgramRun rest = ProgramRun.of(folder, List.of(), "dovetail " + eval);
    assertEquals(0, rest.code(), rest.toString());
    Matcher before =
        Pattern.compile("(\\d+) of " + IMAGES + " images were done").matcher(rest.err());
    assertTrue(before.find() && Integer.parseInt(before.group(1)) >= done, rest.err());
    ProgramRun again = ProgramRun.of(folder, List.of(), "dovetail " + eval);
    assertTrue(
        again.out().contains("An earlier run computed the results of " + IMAGES + " images"),
        again.out());
    assertFalse(again.out().contains("0 images in"), again.out());
  }

  @Test
  void predictKeepsTheResultsOfFinishedImages() throws Exception {
    ProgramRun run =
        stop("predict tiny.json --weights tiny.safetensors images --out found", "found/*.jpg");
    assertEquals(TERMINATED, run.code(), run.toString());
    assertTrue(run.err().contains("the results so far are kept in found"), run.err());
    JsonNode results = new ObjectMapper().readTree(folder.resolve("found/results.json").toFile());
    assertEquals(done(run.err()), results.size());
  }

  @Test
  void anInterruptedSampleLeavesItsFolderUnchanged() throws Exception {
    ProgramRun run = stop("sample set --train 3000", "set/.*");
    assertEquals(TERMINATED, run.code(), run.toString());
    assertTrue(run.err().contains("stopped; set is unchanged"), run.err());
    try (Stream<Path> left = Files.list(folder.resolve("set"))) {
      assertEquals(List.of(), left.toList());
    }
  }

  @Test
  void weightsFromAUrlAreDownloadedToTheCacheOnce() throws Exception {
    byte[] weights = Files.readAllBytes(model.weights());
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.sendResponseHeaders(200, weights.length);
            exchange.getResponseBody().write(weights);
          }
        });
    server.start();
    String line =
        "export XDG_CACHE_HOME=$PWD/cache; dovetail inspect tiny.json --weights http://localhost:"
            + server.getAddress().getPort()
            + "/tiny.safetensors";
    ProgramRun first = ProgramRun.of(folder, List.of(), line);
    server.stop(0);
    assertEquals(0, first.code(), first.toString());
    assertTrue(first.err().contains("dovetail: downloading http://localhost:"), first.err());
    assertTrue(first.err().contains("SHA-256"), first.err());
    ProgramRun second = ProgramRun.of(folder, List.of(), line);
    assertEquals(first.out(), second.out());
    assertTrue(second.err().startsWith("dovetail: weights from the cache: "), second.err());
    ProgramRun wrong =
        ProgramRun.of(folder, List.of(), "dovetail inspect tiny.json --weights hf:tiny");
    assertEquals(2, wrong.code(), wrong.toString());
    assertTrue(wrong.err().contains("--weights hf:tiny is not of the form"), wrong.err());
  }
}
