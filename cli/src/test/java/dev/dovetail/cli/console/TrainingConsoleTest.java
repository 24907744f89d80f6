package dev.dovetail.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.TrainingListener.Step;
import dev.dovetail.tasks.Metrics;
import dev.dovetail.tasks.Progress;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainingConsoleTest {

  private final StringWriter err = new StringWriter();

  private TrainingConsole console(boolean terminal, Duration between) {
    return new TrainingConsole(new PrintWriter(err), terminal, between);
  }

  private static Step step(long iteration, long iterations, double seconds) {
    Map<String, Double> losses = new LinkedHashMap<>();
    losses.put("rpn_cls", 0.21);
    losses.put("mask", 0.0001);
    losses.put("loss", 1.83);
    return new Step(iteration, iterations, losses, 1e-4, 1, seconds, 0);
  }

  private List<String> lines() {
    return Arrays.asList(err.toString().split(System.lineSeparator()));
  }

  @Test
  void aLineInAPipeContainsAllNumbers() {
    console(false, Duration.ZERO).stepped(step(120, 3000, 0.42));
    assertEquals(
        List.of(
            "iteration 120 of 3000 (4%), loss 1.830 (rpn_cls 0.210, mask 1.0e-04), rate 1.0e-04,"
                + " 0.42 s each, 20 min left"),
        lines());
  }

  @Test
  void aPipeGetsOccasionalLinesAndTheLast() {
    TrainingConsole console = console(false, Duration.ofHours(1));
    for (int i = 1; i <= 5; i++) {
      console.stepped(step(i, 5, 0.1));
    }
    assertEquals(1, lines().size(), err.toString());
    assertTrue(lines().get(0).startsWith("iteration 5 of 5 (100%)"), err.toString());
    assertTrue(lines().get(0).endsWith("0.10 s each"), err.toString());
  }

  @Test
  void theLineOnATerminalIsUpdatedAndFits() {
    TrainingConsole console = console(true, Duration.ZERO);
    console.stepped(step(99_999, 160_000, 10.42));
    console.stepped(step(100_000, 160_000, 10.42));
    console.say("a warning");
    String[] drawn = err.toString().split(System.lineSeparator())[0].split("\r\u001B\\[2K", -1);
    assertEquals(3, drawn.length, err.toString());
    assertTrue(drawn[1].startsWith("iteration 99999 of 160000"), drawn[1]);
    for (String line : drawn) {
      assertTrue(line.length() <= 79, line);
    }
    assertTrue(drawn[2].endsWith("173 h 40 min left"), drawn[2]);
    assertEquals("dovetail: a warning", lines().get(1));
  }

  @Test
  void anEvaluationEndsTheLineAndPrintsItsMainMetrics() {
    TrainingConsole console = console(true, Duration.ZERO);
    console.stepped(step(1, 4, 1));
    Progress progress = console.evaluating(1);
    progress.start(2, 0);
    progress.step();
    progress.step();
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("segm", Map.of("AP", -1.0));
    values.put("bbox", Map.of("AP", 0.1234, "AP50", 0.5));
    console.evaluated(1, new Metrics(values, List.of()), true);
    assertEquals("iteration 1: evaluating", lines().get(1));
    assertTrue(err.toString().contains("2/2"), err.toString());
    assertEquals(
        "iteration 1: bbox AP 12.3%, segm AP –, the best so far", lines().get(lines().size() - 1));
  }

  @Test
  void theMainMetricOfEveryTaskIsShown() {
    assertEquals(
        List.of("mIoU 50.0%"),
        TrainingConsole.main(new Metrics(Map.of("aAcc", 0.9, "mIoU", 0.5), List.of())));
    assertEquals(
        List.of("PQ 25.0%"),
        TrainingConsole.main(new Metrics(Map.of("all", Map.of("PQ", 0.25)), List.of())));
    assertEquals(
        List.of("top-1 75.0%"),
        TrainingConsole.main(new Metrics(Map.of("top1", 0.75, "top5", 1.0), List.of())));
  }

  @Test
  void stoppingCancelsTheTrainingAndItsEvaluation() {
    TrainingConsole console = console(false, Duration.ZERO);
    Progress progress = console.evaluating(1);
    assertEquals(false, console.cancelled() || progress.cancelled());
    console.stop();
    assertEquals(true, console.cancelled() && progress.cancelled());
  }

  @Test
  void theFirstStepDoesNotDistortTheEstimate() {
    StepTime time = new StepTime();
    time.add(30);
    assertEquals(30, time.smoothed());
    time.add(0.5);
    assertEquals(0.5, time.smoothed());
    for (int i = 0; i < 200; i++) {
      time.add(1);
    }
    assertEquals(1, time.smoothed(), 1e-4);
  }
}
