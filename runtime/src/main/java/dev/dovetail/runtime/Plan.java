package dev.dovetail.runtime;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.dovetail.files.GitLfsPointer;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.ShapeException;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.TensorType;
import dev.dovetail.graph.onnx.OnnxWriter;
import dev.dovetail.graph.onnx.ParameterStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * A graph compiled for a device, ready to run. Several threads may run a plan simultaneously.
 *
 * <pre>{@code
 * WeightBinding weights = WeightBinding.of(graph, checkpoint);
 * try (Plan plan = Plan.compile(graph, weights, Settings.cpu())) {
 *   Map<String, TensorData> out = plan.run(Map.of("image", TensorData.of(pixels, 1, 3, 64, 64)));
 *   float[] f1 = out.get("f1").floats();
 * }
 * }</pre>
 */
public final class Plan implements AutoCloseable {

  /** The name prefix of outputs that count non-finite elements. No other value has it. */
  private static final String ODD = "not finite/";

  /** A protobuf model is limited to 2 GB; the rest is reserved for the nodes. */
  private static final long MOST_CONSTANTS = 2_000_000_000;

  private final Map<String, TensorType> inputs;
  private final boolean isFile;
  private final Settings settings;
  private final Engine.Session session;
  private final Optional<Path> profiles;

  private Plan(
      Map<String, TensorType> inputs,
      boolean isFile,
      Settings settings,
      Engine.Session session,
      Optional<Path> profiles) {
    this.inputs = Collections.unmodifiableMap(inputs);
    this.isFile = isFile;
    this.settings = settings;
    this.session = session;
    this.profiles = profiles;
  }

  /**
   * Compiles a graph with ONNX Runtime.
   *
   * @param graph the whole model
   * @param weights the graph's parameters, usually a {@link WeightBinding}
   * @param settings how to compile it
   * @return the compiled plan
   * @throws PlanException if ONNX Runtime rejects the graph, the device is not available, a value
   *     is too large for it, or weights are not finite
   * @throws IOException if derived weights cannot be read or written
   */
  public static Plan compile(Graph graph, ParameterStore weights, Settings settings)
      throws IOException {
    Map<String, Tensor> oddities = graph.oddities();
    Map<String, Tensor> outputs = new LinkedHashMap<>(graph.outputs());
    oddities.forEach((name, count) -> outputs.put(ODD + name, count));
    Optional<Path> profiles = profiles(settings);
    Graph whole = settings.form(graph.withOutputs(outputs));
    try (Engine.Prepared prepared = Engines.of(settings.device()).prepare(whole, settings)) {
      byte[] model = model(prepared.graph(), weights, settings);
      // Runs in parallel with the compilation, which mostly uses one core.
      CompletableFuture<Optional<IOException>> problem =
          CompletableFuture.supplyAsync(() -> problem(weights, graph));
      Engine.Session session = prepared.compile(model, weights.folder(), file(profiles));
      if (problem.join().isPresent()) {
        session.close();
        throw problem.join().get();
      }
      return new Plan(session.inputs(), false, settings, session, profiles);
    }
  }

  /**
   * Opens a model from an ONNX file, with its external weights in the same directory.
   *
   * @param file an ONNX file
   * @param settings the dialect and precision are ignored, since the file defines them
   * @return the compiled plan
   * @throws PlanException if ONNX Runtime rejects the file or the device is not available
   * @throws IOException if the file cannot be read
   */
  public static Plan open(Path file, Settings settings) throws IOException {
    if (GitLfsPointer.is(file)) {
      throw new PlanException(file + " " + GitLfsPointer.PROBLEM);
    }
    Optional<Path> profiles = profiles(settings);
    Engine.Session session = Engines.of(settings.device()).open(file, settings, file(profiles));
    return new Plan(session.inputs(), true, settings, session, profiles);
  }

  /** Creates a directory for the profile, if the settings enable one. */
  private static Optional<Path> profiles(Settings settings) throws IOException {
    return settings.profiled()
        ? Optional.of(Files.createTempDirectory("dovetail-profile"))
        : Optional.empty();
  }

  /** Returns the prefix of the profile's file name. */
  private static Optional<Path> file(Optional<Path> profiles) {
    return profiles.map(folder -> folder.resolve("profile"));
  }

  private static byte[] model(Graph graph, ParameterStore weights, Settings settings)
      throws IOException {
    ModelProto model;
    try {
      model = OnnxWriter.write(graph, settings.dialect(), settings.precision(), weights, Map.of());
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (ShapeException e) {
      throw new PlanException(settings.device() + ": " + e.getMessage(), false, e);
    }
    long constants =
        model.getGraph().getInitializerList().stream().mapToLong(t -> t.getRawData().size()).sum();
    if (constants > MOST_CONSTANTS) {
      throw new PlanException(
          "the graph's constants exceed 2 GB, the limit for a model without its weights");
    }
    return model.toByteArray();
  }

  private static Optional<IOException> problem(ParameterStore weights, Graph graph) {
    try {
      weights.requireFinite(graph);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(e);
    }
  }

  /** {@return the version of ONNX Runtime} */
  public static String runtimeVersion() {
    return OnnxRuntimeLibrary.environment().getVersion();
  }

  /** {@return the types of the inputs by name} */
  public Map<String, TensorType> inputs() {
    return inputs;
  }

  /**
   * {@return the metadata of the model}
   *
   * @throws PlanException if ONNX Runtime cannot read it
   */
  public Map<String, String> metadata() throws PlanException {
    return session.metadata();
  }

  /**
   * Runs the graph once.
   *
   * @param values one value for each input of the graph, with its type and shape; on the CPU, a
   *     {@link TensorData} over a direct buffer is read in place, without a copy
   * @return the outputs by name, in the graph's order, copied from ONNX Runtime's memory
   * @throws IllegalArgumentException if an input is missing, unknown, or has the wrong type or
   *     shape
   * @throws NotFiniteException if a value that the outputs depend on is NaN or infinite (see {@link
   *     Scope#finite})
   * @throws PlanException if the run fails, for example because memory is exhausted
   */
  public Map<String, TensorData> run(Map<String, TensorData> values)
      throws PlanException, NotFiniteException {
    check(values);
    Map<String, TensorData> out = new LinkedHashMap<>();
    Map<String, Long> odd = new LinkedHashMap<>();
    session
        .run(values)
        .forEach(
            (name, data) -> {
              boolean counts = name.startsWith(ODD);
              if (!counts) {
                out.put(name, data);
              }
              // The graph of a file has no counting outputs, so its results are checked here.
              long found = counts ? (long) data.floats()[0] : isFile ? data.oddities() : 0;
              if (found > 0) {
                odd.put(counts ? name.substring(ODD.length()) : name, found);
              }
            });
    if (!odd.isEmpty()) {
      throw NotFiniteException.of(odd, values, out, settings.precision());
    }
    return out;
  }

  /**
   * Prepares repeated runs on the same inputs, for measurements.
   *
   * @param values the inputs, as in {@link #run}
   * @return the runs, which must be closed before the plan
   * @throws IllegalArgumentException if an input is missing, unknown, or has the wrong type or
   *     shape
   * @throws PlanException if ONNX Runtime rejects the inputs
   */
  public RepeatedRun repeat(Map<String, TensorData> values) throws PlanException {
    check(values);
    return new RepeatedRun(session.repeat(values));
  }

  private void check(Map<String, TensorData> values) {
    if (!values.keySet().equals(inputs.keySet())) {
      throw new IllegalArgumentException(
          "the graph's inputs are "
              + new TreeSet<>(inputs.keySet())
              + ", but the run has "
              + new TreeSet<>(values.keySet()));
    }
    values.forEach(
        (name, data) -> {
          TensorType expected = inputs.get(name);
          TensorType actual = data.type();
          if (expected.dtype() != actual.dtype() || !expected.shape().accepts(actual.shape())) {
            throw new IllegalArgumentException(
                "input '" + name + "' is " + actual + ", but the graph expects " + expected);
          }
        });
  }

  /**
   * Ends profiling and returns where the time of all runs so far was spent.
   *
   * @param skipped the number of initial runs to ignore, in which memory is allocated and kernels
   *     are selected
   * @return the seconds by scope and by operator
   * @throws IllegalStateException if the plan was compiled without profiling, or this method was
   *     called before
   * @throws IOException if ONNX Runtime's file cannot be read
   */
  public Profile profile(int skipped) throws IOException {
    if (profiles.isEmpty() || !Files.exists(profiles.get())) {
      throw new IllegalStateException("the plan has no profile");
    }
    Profile profile = Profile.read(session.endProfile(), skipped);
    deleteProfiles();
    return profile;
  }

  /** Releases ONNX Runtime's resources for this plan, including its weights. */
  @Override
  public void close() {
    try {
      session.close();
      deleteProfiles();
    } catch (IOException e) {
      throw new UncheckedIOException("the profile's directory cannot be deleted", e);
    }
  }

  private void deleteProfiles() throws IOException {
    if (profiles.isPresent() && Files.exists(profiles.get())) {
      try (Stream<Path> files = Files.list(profiles.get())) {
        for (Path file : (Iterable<Path>) files::iterator) {
          Files.delete(file);
        }
      }
      Files.delete(profiles.get());
    }
  }
}
