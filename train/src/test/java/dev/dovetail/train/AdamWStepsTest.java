package dev.dovetail.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.graph.TensorData;
import dev.dovetail.testing.SharedFolder;
import dev.dovetail.train.FixtureModels.Step;
import dev.dovetail.train.engine.FloatType;
import dev.dovetail.train.engine.Masks;
import dev.dovetail.train.engine.Parameters;
import dev.dovetail.train.engine.Tensors;
import dev.dovetail.train.loss.PixelLoss;
import dev.dovetail.train.optim.AdamW;
import dev.dovetail.train.optim.GradientNorm;
import dev.dovetail.train.optim.LayerDecay;
import dev.dovetail.train.optim.MovingAverage;
import dev.dovetail.train.optim.ParameterGroup;
import dev.dovetail.train.optim.Schedule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Five steps of AdamW with layer-wise decay, clipping, a schedule and an average match PyTorch. */
class AdamWStepsTest {

  private static final double LOSS = 2e-5;
  private static final double NORM = 1e-3;
  private static final double MOVEMENT = 5e-3;

  @ParameterizedTest
  @EnumSource
  void stepsMatchTheReference(FloatType type) throws IOException {
    TrainingFixture fixture = TrainingFixture.read(SharedFolder.require("training/adamw_steps"));
    JsonNode p = fixture.config().get("optimizer");
    Map<String, TensorData> expected = fixture.outputs();
    boolean exact = type == FloatType.FLOAT64;
    try (Step step = FixtureModels.uperNet(fixture.base(), 0, type)) {
      Parameters parameters = step.parameters();
      Map<String, TensorData> before = parameters.copy();
      List<ParameterGroup> groups =
          new LayerDecay(
                  "backbone.",
                  p.get("num_layers").asInt(),
                  p.get("layer_decay_rate").asDouble(),
                  p.get("weight_decay").asDouble())
              .of(parameters);
      List<ParameterGroup> ordered = inOrderOf(fixture.config().get("groups"), groups);
      Schedule schedule = schedule(p);
      List<String> averaged = averaged(expected);
      try (AdamW optimizer = new AdamW(ordered, AdamW.Moments.defaults());
          MovingAverage average = new MovingAverage(parameters, averaged)) {
        for (int t = 0; t < p.get("steps").asInt(); t++) {
          try (PointerScope scope = new PointerScope()) {
            parameters.clearGradients();
            Map<String, Tensor> out =
                step.forward(fixture.base().inputs(), Masks.none(), t % 2 == 1);
            Tensor loss = PixelLoss.defaults().of(out, step.labels()).total();
            loss.backward();
            double norm = GradientNorm.clip(parameters, p.get("clip_max_norm").asDouble());
            double[] rates = schedule.rates(p.get("base_lr").asDouble(), ordered, t);
            optimizer.step(parameters, rates);
            average.update(parameters, p.get("ema_decay").asDouble());
            assertRelative(expected.get("loss").doubles()[t], Tensors.value(loss), exact, LOSS);
            assertRelative(expected.get("grad_norm").doubles()[t], norm, exact, NORM);
            for (int g = 0; g < rates.length; g++) {
              double rate = expected.get("lr").doubles()[t * rates.length + g];
              assertEquals(rate, rates[g], 1e-12 * rate);
            }
          }
        }
        for (String name : averaged) {
          TensorData mine = Tensors.data(average.value(name));
          TensorData theirs = expected.get("ema." + name);
          double allowed =
              exact
                  ? 1e-9 * TrainingFixture.largest(theirs.doubles())
                  : 2e-4 * p.get("base_lr").asDouble() * 5;
          assertTrue(TrainingFixture.difference(theirs.doubles(), mine.doubles()) <= allowed, name);
        }
      }
      assertEnds(fixture, expected, before, parameters, exact);
    }
  }

  /** The groups of the reference, whose parameters are in another order. */
  private static List<ParameterGroup> inOrderOf(JsonNode expected, List<ParameterGroup> groups) {
    assertEquals(expected.size(), groups.size());
    List<ParameterGroup> ordered = new ArrayList<>();
    for (JsonNode w : expected) {
      String name = w.get("name").asText();
      ParameterGroup group =
          groups.stream().filter(g -> g.name().equals(name)).findFirst().orElseThrow();
      Set<String> members = new HashSet<>();
      w.get("parameters").forEach(n -> members.add(n.asText()));
      assertEquals(members, new HashSet<>(group.parameters()));
      assertEquals(w.get("weight_decay").asDouble(), group.weightDecay());
      double scale = w.get("lr_scale").asDouble();
      assertEquals(scale, group.scale(), 1e-12 * scale);
      ordered.add(group);
    }
    return ordered;
  }

  private static Schedule schedule(JsonNode p) {
    JsonNode poly = p.get("poly");
    JsonNode warmup = p.get("warmup");
    return Schedule.poly(
            poly.get("power").asDouble(),
            poly.get("max_iters").asLong(),
            poly.get("min_lr").asDouble())
        .afterWarmup(warmup.get("iters").asLong(), warmup.get("ratio").asDouble());
  }

  private static List<String> averaged(Map<String, TensorData> expected) {
    return expected.keySet().stream()
        .filter(n -> n.startsWith("ema."))
        .map(n -> n.substring("ema.".length()))
        .toList();
  }

  private static void assertEnds(
      TrainingFixture fixture,
      Map<String, TensorData> expected,
      Map<String, TensorData> before,
      Parameters parameters,
      boolean exact) {
    Set<String> zero = new HashSet<>();
    fixture.config().get("zero_gradient").forEach(n -> zero.add(n.asText()));
    double off = 0;
    double moved = 0;
    int compared = 0;
    for (String name : parameters.names()) {
      TensorData theirs = expected.get("param." + name);
      boolean buffer = theirs == null;
      theirs = buffer ? expected.get("buffer." + name) : theirs;
      if (theirs == null || zero.contains(name)) {
        continue;
      }
      compared++;
      double[] end = theirs.doubles();
      double[] start = before.get(name).doubles();
      double[] mine = Tensors.data(parameters.value(name)).doubles();
      if (exact) {
        double worst = TrainingFixture.difference(end, mine);
        double allowed = TrainingFixture.EXACT * TrainingFixture.largest(end);
        assertTrue(worst <= allowed, name + " is off by " + worst + ", allowed " + allowed);
      }
      for (int i = 0; i < end.length && !buffer; i++) {
        off += Math.pow(mine[i] - end[i], 2);
        moved += Math.pow(end[i] - start[i], 2);
      }
    }
    assertTrue(compared > 500, "only " + compared + " parameters were compared");
    double share = Math.sqrt(off / moved);
    assertTrue(share <= MOVEMENT, "parameters are off by " + share + " of their movement");
    System.out.println(
        "AdamW, five steps: off by " + share + " of the movement, allowed " + MOVEMENT);
  }

  private static void assertRelative(double expected, double got, boolean exact, double allowed) {
    assertEquals(expected, got, (exact ? TrainingFixture.EXACT : allowed) * Math.abs(expected));
  }
}
