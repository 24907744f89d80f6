package dev.dovetail.runtime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.TensorType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** ONNX Runtime's official Java artifact. */
final class OfficialEngine implements Engine {

  /** The directory that locations of external weights are relative to. */
  private static final String FOLDER = "session.model_external_initializers_file_folder_path";

  @Override
  public String describe() {
    return "ONNX Runtime " + Plan.runtimeVersion();
  }

  /** Missing libraries are reported when a graph is compiled. */
  @Override
  public Optional<String> problem(Device device) {
    return Optional.empty();
  }

  @Override
  public Prepared prepare(Graph graph, Settings settings) {
    return new AsItIs(graph, settings);
  }

  private record AsItIs(Graph graph, Settings settings) implements Prepared {
    @Override
    public Session compile(byte[] model, Optional<Path> folder, Optional<Path> profile)
        throws PlanException {
      // Created before the options: the CUDA provider logs while loading, which needs it.
      OrtEnvironment environment = OnnxRuntimeLibrary.environment();
      try (OrtSession.SessionOptions options = options(settings)) {
        if (folder.isPresent()) {
          options.addConfigEntry(FOLDER, folder.get().toString());
        }
        profile(options, profile);
        OrtSession session = environment.createSession(model, options);
        Map<String, TensorType> inputs = new LinkedHashMap<>();
        graph.inputs().forEach((name, input) -> inputs.put(name, input.type()));
        return new OfficialSession(session, settings.device(), inputs);
      } catch (OrtException e) {
        throw PlanException.of("the graph cannot be compiled", settings.device(), e);
      }
    }

    @Override
    public void close() {}
  }

  @Override
  public Session open(Path file, Settings settings, Optional<Path> profile) throws IOException {
    OrtEnvironment environment = OnnxRuntimeLibrary.environment();
    try (OrtSession.SessionOptions options = options(settings)) {
      profile(options, profile);
      OrtSession session = environment.createSession(file.toString(), options);
      return new OfficialSession(session, settings.device(), OfficialSession.inputs(session));
    } catch (OrtException e) {
      throw PlanException.of(file + " cannot be loaded", settings.device(), e);
    }
  }

  private static OrtSession.SessionOptions options(Settings settings)
      throws OrtException, PlanException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(settings.threads());
    options.setInterOpNumThreads(1);
    // Memory patterns save a few allocations but need a second arena (docs/internals/runtime.md).
    options.setMemoryPatternOptimization(false);
    // Spinning workers would take CPU time from threads that decode and score images.
    options.addConfigEntry("session.intra_op.allow_spinning", "0");
    options.setOptimizationLevel(
        settings.optimised()
            ? OrtSession.SessionOptions.OptLevel.ALL_OPT
            : OrtSession.SessionOptions.OptLevel.NO_OPT);
    if (settings.device() instanceof Device.Cuda cuda) {
      OnnxRuntimeLibrary.provideCuda();
      CudaProvider.addTo(options, cuda);
    }
    return options;
  }

  private static void profile(OrtSession.SessionOptions options, Optional<Path> profile)
      throws OrtException {
    if (profile.isPresent()) {
      options.enableProfiling(profile.get().toString());
    }
  }
}
