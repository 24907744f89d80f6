package dev.dovetail.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dovetail.internal.StageClock.Stage;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The times of stages, measured with a clock that the test advances. */
class StageClockTest {

  private static final long SECOND = 1_000_000_000;

  private long now = 77;
  private final StageClock clock = new StageClock(() -> now);

  private Void pass(int seconds) {
    now += seconds * SECOND;
    return null;
  }

  private void spend(Stage stage, int seconds) {
    clock.time(stage, () -> pass(seconds));
  }

  private void assertSeconds(double expected, Stage stage) {
    assertEquals(expected, clock.seconds().get(stage), 1e-9);
  }

  @ParameterizedTest
  @EnumSource(Stage.class)
  void aStageTakesTheTimeOfItsWork(Stage stage) {
    spend(stage, 2);
    pass(5);
    spend(stage, 3);
    assertSeconds(5, stage);
  }

  @Test
  void workThatFailsCounts() {
    assertThrows(
        IOException.class,
        () ->
            clock.time(
                Stage.INFERENCE,
                () -> {
                  pass(2);
                  throw new IOException();
                }));
    pass(5);
    assertSeconds(2, Stage.INFERENCE);
  }

  /** Begins work after 0 and 1 s and ends it after 4 and 5 s. */
  private void overlap(Stage stage) {
    clock.time(
        stage,
        () -> {
          pass(1);
          return clock.time(stage, () -> pass(3));
        });
  }

  @Test
  void theTimesOfWorkersAreAdded() {
    for (Stage stage : new Stage[] {Stage.DECODE, Stage.FINISH, Stage.SCORE}) {
      overlap(stage);
      assertSeconds(7, stage);
    }
  }

  @Test
  void theCommonTimeOfPassesCountsOnce() {
    for (Stage stage : new Stage[] {Stage.WAIT, Stage.INFERENCE}) {
      overlap(stage);
      assertSeconds(4, stage);
    }
  }

  @Test
  void theModelWaitsWhileNoPassRuns() {
    assertEquals(0, clock.shareWaited());
    pass(50);
    spend(Stage.WAIT, 50);
    assertEquals(0, clock.shareWaited());
    spend(Stage.INFERENCE, 3);
    spend(Stage.DECODE, 1);
    overlap(Stage.INFERENCE);
    spend(Stage.WAIT, 2);
    spend(Stage.INFERENCE, 0);
    assertEquals(0.3, clock.shareWaited(), 1e-9);
    pass(50);
    assertEquals(0.3, clock.shareWaited(), 1e-9, "time after the last pass counts");
    assertEquals(
        "The model waited 30.0% of the time between its first and its last pass.", clock.waiting());
  }

  @Test
  void theModelDoesNotWaitBetweenRuns() {
    spend(Stage.INFERENCE, 3);
    clock.endRun();
    pass(50);
    spend(Stage.INFERENCE, 3);
    pass(2);
    spend(Stage.INFERENCE, 2);
    clock.endRun();
    assertEquals(0.2, clock.shareWaited(), 1e-9);
  }
}
