package dev.dovetail.adapters;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.runtime.DerivedFiles;
import dev.dovetail.runtime.Plan;
import dev.dovetail.runtime.Settings;
import dev.dovetail.runtime.WeightBinding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;

/** Runs a part with its initial weights, which depend only on their names. */
final class PartRun {

  private PartRun() {}

  static Map<String, TensorData> outputs(
      Path cache,
      List<TensorData> values,
      BiFunction<Scope, List<Tensor>, Map<String, Tensor>> model)
      throws IOException {
    Trace trace = new Trace();
    Map<String, TensorData> inputs = new LinkedHashMap<>();
    List<Tensor> traced = new ArrayList<>();
    for (TensorData value : values) {
      String name = "in" + traced.size();
      inputs.put(name, value);
      traced.add(trace.input(name, DType.FLOAT32, value.type().shape().dims()));
    }
    Map<String, Tensor> out = model.apply(trace.root(), traced);
    WeightBinding weights = WeightBinding.of(Map.of(), new DerivedFiles(cache, 1 << 30));
    try (Plan plan = Plan.compile(trace.graph(out), weights, Settings.cpu().threads(1))) {
      return plan.run(inputs);
    }
  }

  static TensorData random(long seed, int... dims) {
    Random random = new Random(seed);
    float[] values = new float[Arrays.stream(dims).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return TensorData.of(values, dims);
  }
}
