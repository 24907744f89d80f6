package dev.dovetail.cuda;

import dev.dovetail.graph.Graph;
import dev.dovetail.graph.onnx.OnnxWriter;
import dev.dovetail.graph.onnx.ParameterStore;
import dev.dovetail.runtime.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Creates sessions with options that plans do not offer. */
final class Sessions {

  /** A session and its number of fused operators. */
  record Compiled(NativeSession session, int fusedNodes) implements AutoCloseable {
    @Override
    public void close() {
      session.close();
    }
  }

  private Sessions() {}

  static Compiled compile(
      Graph graph, ParameterStore weights, Settings settings, CudaOptions options)
      throws IOException {
    return compile(graph, weights, settings, options, Optional.empty());
  }

  static Compiled compile(
      Graph graph,
      ParameterStore weights,
      Settings settings,
      CudaOptions options,
      Optional<Path> profile)
      throws IOException {
    try (FusedGraph fused = new FusedGraph(graph, settings, options)) {
      byte[] model =
          OnnxWriter.write(
                  fused.graph(), settings.dialect(), settings.precision(), weights, Map.of())
              .toByteArray();
      return new Compiled(fused.compile(model, weights.folder(), profile), fused.fusedNodes());
    }
  }
}
