package dev.dovetail.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import dev.dovetail.cli.console.JsonOption;
import dev.dovetail.images.OpenCv;
import dev.dovetail.runtime.DerivedFiles;
import dev.dovetail.runtime.Doctor;
import dev.dovetail.runtime.Doctor.Finding;
import dev.dovetail.runtime.Doctor.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Reports what this machine can run and what is missing. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Checks versions, native libraries, devices and memory, and reports which library CUDA"
          + " lacks. Exits with 1 if an installed component does not work.",
      ""
    },
    footer = {"", "Example:", "  dovetail doctor"})
final class DoctorCommand implements Callable<Integer> {

  private static final int WIDTH = 80;

  @Mixin private JsonOption json;

  @Override
  public Integer call() throws IOException {
    json.check();
    List<Finding> findings = new ArrayList<>();
    findings.add(good("dovetail", dev.dovetail.internal.Version.dovetail()));
    findings.add(good("Java", property("java.version") + ", " + property("java.vendor")));
    findings.add(
        good("system", property("os.name") + " " + property("os.version") + ", " + architecture()));
    findings.add(good("memory", memory()));
    findings.add(openCv());
    findings.addAll(onnxRuntime());
    findings.addAll(
        TrainingFindings.ofThisMachine().examine(System.getenv(), property("java.library.path")));
    findings.add(VideoSupport.finding());
    findings.add(cache(DerivedFiles.standard()));
    findings.add(good("temporary", property("java.io.tmpdir") + ", used while a command runs"));
    findings.add(
        good(
            "network",
            "used only for weights that you specify as hf:OWNER/NAME or a URL, and for inputs"
                + " that you specify as a URL; ONNX Runtime sends no telemetry"));
    json.report(text(findings), json(findings));
    boolean broken = findings.stream().anyMatch(f -> f.status() == Status.BROKEN);
    return broken ? Main.FAILED : Main.OK;
  }

  private static Finding good(String subject, String text) {
    return new Finding(subject, Status.GOOD, text);
  }

  private static String property(String name) {
    return System.getProperty(name);
  }

  private static String architecture() {
    return property("os.arch") + ", " + Runtime.getRuntime().availableProcessors() + " processors";
  }

  private static String memory() {
    long machine =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    return gigabytes(machine)
        + " in total, Java heap up to "
        + gigabytes(Runtime.getRuntime().maxMemory())
        + " (change it with DOVETAIL_JAVA_OPTS=-Xmx4g; models are outside the heap)";
  }

  private static Finding openCv() {
    try {
      return good("OpenCV", OpenCv.version() + ", " + OpenCv.whereabouts());
    } catch (UnsatisfiedLinkError e) {
      return new Finding("OpenCV", Status.BROKEN, e.getMessage());
    }
  }

  private static List<Finding> onnxRuntime() {
    try {
      return Doctor.examine();
    } catch (LinkageError e) {
      return List.of(
          new Finding(
              "ONNX Runtime",
              Status.BROKEN,
              "its native library cannot be loaded: " + e.getMessage()));
    }
  }

  private static Finding cache(DerivedFiles derived) {
    Path folder = derived.folder();
    String limit =
        "; converted weights take at most "
            + gigabytes(derived.limit())
            + " (XDG_CACHE_HOME moves the cache)";
    if (!Files.exists(folder)) {
      return good("cache", folder + ", not created yet" + limit);
    }
    try (Stream<Path> all = Files.walk(folder)) {
      long bytes = all.filter(Files::isRegularFile).mapToLong(DoctorCommand::bytes).sum();
      return Files.isWritable(folder)
          ? good("cache", folder + ", " + gigabytes(bytes) + limit)
          : new Finding("cache", Status.BROKEN, folder + " is not writable");
    } catch (IOException | UncheckedIOException e) {
      return new Finding("cache", Status.BROKEN, folder + ": " + e.getMessage());
    }
  }

  private static long bytes(Path file) {
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      return 0; // Another process has deleted the file meanwhile.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String gigabytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1 << 30));
  }

  private static String text(List<Finding> findings) {
    int margin = 2 + findings.stream().mapToInt(f -> f.subject().length()).max().orElseThrow();
    StringBuilder text = new StringBuilder();
    for (Finding f : findings) {
      String state =
          f.status() == Status.GOOD ? "" : f.status().name().toLowerCase(Locale.ROOT) + ": ";
      List<String> lines = wrapped(state + f.text(), WIDTH - margin);
      for (int i = 0; i < lines.size(); i++) {
        String left = i == 0 ? f.subject() : "";
        text.append(left)
            .append(" ".repeat(margin - left.length()))
            .append(lines.get(i))
            .append(System.lineSeparator());
      }
    }
    return text.toString();
  }

  private static List<String> wrapped(String text, int width) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.strip().split("\\s+")) {
      if (line.length() > 0 && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.length() == 0 ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }

  private static ObjectNode json(List<Finding> findings) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode list = json.putArray("findings");
    for (Finding f : findings) {
      list.addObject()
          .put("subject", f.subject())
          .put("status", f.status().name().toLowerCase(Locale.ROOT))
          .put("text", f.text());
    }
    return json;
  }
}
