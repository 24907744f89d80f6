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
import dev.dovetail.train.loss.CrossEntropy;
import dev.dovetail.train.loss.Losses;
import dev.dovetail.train.loss.PixelLoss;
import dev.dovetail.train.optim.GradientNorm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Losses, gradients and running statistics of whole networks match PyTorch. */
class ModelGradientsTest {

  @ParameterizedTest
  @EnumSource
  void vitClassifier(FloatType type) throws IOException {
    TrainingFixture fixture = fixture("grad_vit_classifier");
    Map<String, TensorData> reference = fixture.outputs();
    JsonNode cases = fixture.config().get("cases");
    for (int i = 0; i < cases.size(); i++) {
      double smoothing = cases.get(i).get("label_smoothing").asDouble();
      try (Step step = FixtureModels.vitClassifier(fixture, type)) {
        Map<String, Tensor> out = step.forward(fixture.inputs(), Masks.none());
        Tensor labels = step.labels();
        Tensor loss = CrossEntropy.ofClasses(smoothing).of(out.get("logits"), labels);
        loss.backward();
        Map<String, TensorData> got = new LinkedHashMap<>();
        got.put("case" + i + ".loss", Tensors.data(loss));
        if (i == 0) {
          got.put("logits", Tensors.data(out.get("logits")));
        }
        got.put("case" + i + ".grad_norm", norm(step.parameters()));
        gradients(step.parameters(), "case" + i + ".grad.", got);
        compare(fixture, reference, got, type, keys(step));
        assertEquals(
            reference.keySet().stream().filter(n -> n.startsWith("case")).count() / 2,
            got.size() - (i == 0 ? 1 : 0));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void uperNet(FloatType type) throws IOException {
    TrainingFixture fixture = fixture("grad_upernet");
    Map<String, TensorData> reference = fixture.outputs();
    try (Step step = FixtureModels.uperNet(fixture, 0, type)) {
      step.parameters().setSteps(steps(step, 7));
      Map<String, Tensor> out = step.forward(fixture.inputs(), Masks.none());
      Losses losses = PixelLoss.defaults().of(out, step.labels());
      losses.total().backward();
      Map<String, TensorData> got = losses(losses);
      got.put("decode.logits", Tensors.data(out.get("logits")));
      got.put("aux.logits", Tensors.data(out.get("aux_logits")));
      for (int i = 1; i <= 4; i++) {
        got.put("backbone.f" + i, Tensors.data(out.get("f" + i)));
      }
      gradients(step.parameters(), "grad.", got);
      step.parameters().names().stream()
          .filter(n -> n.contains(".running_"))
          .forEach(n -> got.put("buffer." + n, Tensors.data(step.parameters().value(n))));
      step.parameters()
          .steps()
          .forEach((name, n) -> got.put("buffer." + name, TensorData.scalar((long) n)));
      if (reference.containsKey("grad_norm")) {
        got.put("grad_norm", norm(step.parameters()));
      }
      compare(fixture, reference, got, type, names(fixture.config().get("zero_gradient")));
      Set<String> missing = new HashSet<>(reference.keySet());
      missing.removeAll(got.keySet());
      assertEquals(Set.of(), missing);
    }
  }

  @ParameterizedTest
  @EnumSource
  void uperNetWithBranchesAndChannelsDropped(FloatType type) throws IOException {
    TrainingFixture fixture = fixture("grad_upernet_masked");
    Map<String, TensorData> reference = fixture.outputs();
    double rate = fixture.config().get("drop_path_rate").asDouble();
    try (Step step = FixtureModels.uperNet(fixture.base(), rate, type)) {
      FixtureModels.GivenMasks masks = new FixtureModels.GivenMasks(fixture.inputs(), type);
      Map<String, Tensor> out = step.forward(fixture.base().inputs(), masks);
      Losses losses = PixelLoss.defaults().of(out, step.labels());
      losses.total().backward();
      Map<String, TensorData> got = losses(losses);
      got.put("grad_norm", norm(step.parameters()));
      gradients(step.parameters(), "grad.", got);
      got.put("grad_norms", norms(fixture.config().get("parameter_order"), got));
      compare(fixture, reference, got, type, names(fixture.base().config().get("zero_gradient")));
      assertEquals(Set.of(), masks.unused());
      assertTrue(got.keySet().containsAll(reference.keySet()));
    }
  }

  static TrainingFixture fixture(String name) throws IOException {
    Path folder = SharedFolder.require("training/" + name);
    return TrainingFixture.read(folder);
  }

  private static Map<String, Long> steps(Step step, long count) {
    Map<String, Long> all = step.parameters().steps();
    all.replaceAll((name, n) -> count);
    return all;
  }

  private static Map<String, TensorData> losses(Losses losses) {
    Map<String, TensorData> got = new LinkedHashMap<>();
    got.put("loss", Tensors.data(losses.total()));
    got.put("loss_decode", Tensors.data(losses.terms().get("loss_decode")));
    got.put("loss_aux_unweighted", Tensors.data(losses.terms().get("loss_aux")));
    return got;
  }

  static TensorData norm(Parameters parameters) {
    return TensorData.of(new double[] {GradientNorm.of(parameters)});
  }

  static void gradients(Parameters parameters, String prefix, Map<String, TensorData> got) {
    for (String name : parameters.weights()) {
      Optional<Tensor> gradient = parameters.gradient(name);
      gradient.ifPresent(g -> got.put(prefix + name, Tensors.data(g)));
    }
  }

  /** Returns the norm of each gradient, in the fixture's order. */
  static TensorData norms(JsonNode order, Map<String, TensorData> gradients) {
    double[] norms = new double[order.size()];
    for (int i = 0; i < norms.length; i++) {
      norms[i] = length(gradients.get("grad." + order.get(i).asText()).doubles());
    }
    return TensorData.of(norms, norms.length);
  }

  /** Returns the biases of queries, keys and values, whose middle third has no gradient. */
  private static Set<String> keys(Step step) {
    Set<String> names = new HashSet<>();
    step.parameters().weights().stream()
        .filter(n -> n.endsWith("attn.qkv.bias"))
        .forEach(names::add);
    return names;
  }

  static Set<String> names(JsonNode list) {
    Set<String> names = new HashSet<>();
    list.forEach(n -> names.add(n.asText()));
    return names;
  }

  static void compare(
      TrainingFixture fixture,
      Map<String, TensorData> reference,
      Map<String, TensorData> got,
      FloatType type,
      Set<String> zero) {
    double norm = got.containsKey("grad_norm") ? got.get("grad_norm").doubles()[0] : 0;
    got.forEach(
        (name, mine) -> {
          TensorData expected = reference.get(name);
          if (expected == null) {
            return;
          }
          String parameter = name.replaceFirst("^(case\\d\\.)?grad\\.", "");
          if (!mine.type().dtype().isFloat()) {
            assertEquals(expected.longs()[0], mine.longs()[0], name);
          } else if (zero.contains(parameter) && !parameter.endsWith("attn.qkv.bias")) {
            assertTrue(TrainingFixture.largest(mine.doubles()) <= 1e-6 * Math.max(norm, 1), name);
          } else {
            fixture.assertMatches(name, expected, mine, type);
          }
        });
  }

  private static double length(double[] values) {
    double sum = 0;
    for (double v : values) {
      sum += v * v;
    }
    return Math.sqrt(sum);
  }
}
