package dev.dovetail.train.parity;

import dev.dovetail.graph.Graph;
import dev.dovetail.graph.TensorData;
import dev.dovetail.models.parity.GraphRunner;
import dev.dovetail.runtime.DerivedFiles;
import dev.dovetail.runtime.WeightBinding;
import dev.dovetail.train.engine.Executable;
import dev.dovetail.train.engine.FloatType;
import dev.dovetail.train.engine.Parameters;
import dev.dovetail.train.engine.Pass;
import dev.dovetail.train.engine.Tensors;
import dev.dovetail.weights.tensors.TensorSource;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/** Runs the graphs of the fixtures with the training engine, as inference. */
public final class LibtorchRunner implements GraphRunner {

  private static final AtomicInteger GRAPHS = new AtomicInteger();

  /** The number of graphs that were run, which shows that this engine was used. */
  static int graphs() {
    return GRAPHS.get();
  }

  @Override
  public List<Map<String, TensorData>> run(
      Graph graph, Map<String, TensorSource> weights, Map<String, TensorData> inputs)
      throws IOException {
    WeightBinding binding = WeightBinding.of(weights, DerivedFiles.standard());
    try (Executable executable = Executable.of(graph, FloatType.FLOAT32);
        Parameters parameters = Parameters.read(graph, FloatType.FLOAT32, binding);
        PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      inputs.forEach((name, data) -> tensors.put(name, Tensors.of(data, FloatType.FLOAT32)));
      Map<String, TensorData> results = new LinkedHashMap<>();
      executable
          .run(parameters, tensors, Pass.inference())
          .forEach((name, tensor) -> results.put(name, Tensors.data(tensor)));
      GRAPHS.incrementAndGet();
      return List.of(results);
    }
  }
}
