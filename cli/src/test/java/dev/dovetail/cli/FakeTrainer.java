package dev.dovetail.cli;

import dev.dovetail.Trainer;
import dev.dovetail.TrainingListener;
import dev.dovetail.TrainingOptions;
import dev.dovetail.TrainingReport;
import dev.dovetail.formats.Size;
import dev.dovetail.images.Image;
import dev.dovetail.tasks.Metrics;
import dev.dovetail.tasks.Progress;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A substitute for the trainer artifact, controlled by {@code --set training.fake=…}. */
public final class FakeTrainer implements Trainer {

  private static final long STEPS = 4;
  private static final int MOST_SECONDS = 60;

  /** The options of the last training. */
  static TrainingOptions asked;

  @Override
  public TrainingReport train(TrainingOptions options) throws IOException {
    asked = options;
    TrainingListener listener = options.listener();
    long before = options.start().resume() ? 2 : 0;
    listener.started(before, STEPS);
    Path last = options.out().resolve("last.safetensors");
    Path page = options.out().resolve("report.html");
    for (long step = before + 1; step <= STEPS; step++) {
      listener.stepped(step(step));
      if (step == 2) {
        switch (said(options)) {
          case "diverge" -> throw new IOException("the loss of iteration 2 is not finite");
          case "stop" -> terminate();
          case "stop-evaluation" -> {
            terminate();
            until(listener);
            throw new InterruptedIOException();
          }
          case "deaf" -> {
            terminate();
            until(listener);
            terminate();
            sleep(TimeUnit.SECONDS.toMillis(MOST_SECONDS));
          }
          default -> {}
        }
      }
      if (said(options).equals("stop") && step == 2) {
        until(listener);
        return new TrainingReport(step, false, last, Optional.empty(), page);
      }
    }
    Optional<TrainingReport.Best> best = options.validation().map(v -> evaluate(options, listener));
    listener.say("something to read");
    return new TrainingReport(STEPS, true, last, best, page);
  }

  private static TrainingReport.Best evaluate(TrainingOptions options, TrainingListener listener) {
    Progress progress = listener.evaluating(STEPS);
    progress.start(1, 0);
    progress.step();
    Metrics metrics = new Metrics(Map.of("bbox", Map.of("AP", 0.125)), List.of());
    listener.evaluated(STEPS, metrics, true);
    return new TrainingReport.Best(options.out().resolve("best.safetensors"), STEPS, metrics);
  }

  static TrainingListener.Step step(long iteration) {
    Map<String, Double> losses = new LinkedHashMap<>();
    losses.put("cls", 0.5);
    losses.put("bbox", 0.25);
    losses.put("loss", 0.75);
    return new TrainingListener.Step(iteration, STEPS, losses, 1e-4, 2, 0.5, 0.1);
  }

  @Override
  public Image drawBatch(TrainingOptions options) {
    asked = options;
    return Image.of(new Size(2, 3), new byte[18]);
  }

  private static String said(TrainingOptions options) {
    String key = "training.fake=";
    return options.overrides().stream()
        .filter(o -> o.startsWith(key))
        .map(o -> o.substring(key.length()))
        .findFirst()
        .orElse("");
  }

  /** Sends this process a termination signal, as the shell does. */
  private static void terminate() throws IOException {
    new ProcessBuilder("kill", "-TERM", Long.toString(ProcessHandle.current().pid())).start();
  }

  private static void until(TrainingListener listener) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS);
    while (!listener.cancelled() && System.nanoTime() < end) {
      sleep(5);
    }
  }

  private static void sleep(long milliseconds) {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
