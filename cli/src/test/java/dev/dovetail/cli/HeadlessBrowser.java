package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Chromium without a window.
 *
 * @param program the browser
 * @param folder where its profiles lie
 */
record HeadlessBrowser(Path program, Path folder) {

  private static final int SECONDS = 180;

  /** The browser of the system, if there is one. */
  static Optional<HeadlessBrowser> find(Path folder) {
    return Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
        .map(Path::of)
        .filter(Files::isExecutable)
        .findFirst()
        .map(program -> new HeadlessBrowser(program, folder));
  }

  /** The document of a page after its scripts ran. */
  String dom(String address, int width) throws IOException, InterruptedException {
    return run(List.of("--window-size=" + width + ",900", "--dump-dom"), address);
  }

  /** Takes a picture of a page as a PNG. */
  void picture(String address, int width, int height, Path file)
      throws IOException, InterruptedException {
    run(
        List.of(
            "--window-size=" + width + "," + height, "--hide-scrollbars", "--screenshot=" + file),
        address);
  }

  private String run(List<String> what, String address) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program.toString(), "--headless=new"));
    command.addAll(List.of("--no-sandbox", "--disable-gpu", "--virtual-time-budget=20000"));
    command.add("--user-data-dir=" + Files.createTempDirectory(folder, "profile"));
    command.addAll(what);
    command.add(address);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(SECONDS, TimeUnit.SECONDS));
    return out;
  }
}
