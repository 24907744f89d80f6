package dev.dovetail.train.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.dovetail.testing.SharedFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Learning rates match mmcv's hooks. */
class ScheduleTest {

  @TestFactory
  Stream<DynamicTest> ratesAreThoseOfTheReferencesHooks() throws IOException {
    String part = "training/lr_schedules/config.json";
    Optional<Path> file = SharedFolder.find(part);
    if (file.isEmpty()) {
      return Stream.of(DynamicTest.dynamicTest("lr_schedules", () -> SharedFolder.require(part)));
    }
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode c : JsonMapper.builder().build().readTree(file.get().toFile()).get("cases")) {
      String name = c.get("kind").asText() + " " + tests.size();
      tests.add(DynamicTest.dynamicTest(name, () -> compare(c)));
    }
    return tests.stream();
  }

  private static void compare(JsonNode c) {
    Schedule schedule =
        schedule(c)
            .afterWarmup(c.path("warmup_iters").asLong(), c.path("warmup_ratio").asDouble(1));
    for (int i = 0; i < c.get("lr").size(); i++) {
      double expected = c.get("lr").get(i).asDouble();
      long iteration = c.get("iterations").get(i).asLong();
      assertEquals(
          expected, schedule.rate(c.get("base_lr").asDouble(), iteration), 1e-12 * expected);
    }
  }

  private static Schedule schedule(JsonNode c) {
    return switch (c.get("kind").asText()) {
      case "poly" ->
          Schedule.poly(
              c.get("power").asDouble(), c.get("max_iters").asLong(), c.get("min_lr").asDouble());
      case "step" -> {
        List<Long> milestones = new ArrayList<>();
        c.get("milestones")
            .forEach(m -> milestones.add(m.asLong() * c.get("epoch_length").asLong()));
        yield Schedule.steps(milestones, c.get("gamma").asDouble());
      }
      case "cosine" -> Schedule.cosine(c.get("max_iters").asLong(), c.get("min_lr").asDouble());
      default -> throw new IllegalArgumentException("no schedule " + c.get("kind"));
    };
  }

  @Test
  void afterTheEndTheRateStaysAtItsMinimum() {
    assertEquals(0.1, Schedule.poly(0.9, 10, 0.1).rate(1, 25), 1e-15);
    assertEquals(0.1, Schedule.cosine(10, 0.1).rate(1, 25), 1e-15);
  }

  @Test
  void aScheduleWithoutIterationsIsRejected() {
    assertThrows(IllegalArgumentException.class, () -> Schedule.poly(1, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> Schedule.cosine(0, 0));
  }
}
