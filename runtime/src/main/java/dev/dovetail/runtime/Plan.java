package dev.dovetail.runtime;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.dovetail.files.GitLfsPointer;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Scope;
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
 * A graph compiled for a device, ready to run. Several threads may run one plan at a time.
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

  /** Begins the names of outputs that count what is not finite; no value is named so. */
  private static final String ODD = "not finite/";

  /** A model in protobuf may have 2 GB; the rest is for its nodes. */
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
   * Writes the graph as a model and has ONNX Runtime prepare it.
   *
   * @param graph the whole model
   * @param weights where the graph's parameters are, usually a {@link WeightBinding}
   * @param settings how to compile it
   * @return the compiled plan
   * @throws PlanException if ONNX Runtime does not take the graph or has no such device, or weights
   *     are not finite
   * @throws IOException if weights have to be derived and cannot be read or written
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
      // Beside the compilation, which mostly works on one core.
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
   * Has ONNX Runtime prepare a model from its file, with the weights that it names beside it.
   *
   * @param file an ONNX file
   * @param settings dialect and precision are the file's own, whatever these say
   * @return the compiled plan
   * @throws PlanException if ONNX Runtime does not take the file or has no such device
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

  /** A folder for the profile, if there is to be one. */
  private static Optional<Path> profiles(Settings settings) throws IOException {
    return settings.profiled()
        ? Optional.of(Files.createTempDirectory("dovetail-profile"))
        : Optional.empty();
  }

  /** What the name of the profile's file begins with. */
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
    }
    long constants =
        model.getGraph().getInitializerList().stream().mapToLong(t -> t.getRawData().size()).sum();
    if (constants > MOST_CONSTANTS) {
      throw new PlanException(
          "the graph's constants exceed the 2 GB that a model may have beside its weights");
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

  /** {@return what the graph takes, by name} */
  public Map<String, TensorType> inputs() {
    return inputs;
  }

  /**
   * {@return what the model's file says about itself, by key}
   *
   * @throws PlanException if ONNX Runtime cannot read it
   */
  public Map<String, String> metadata() throws PlanException {
    return session.metadata();
  }

  /**
   * Runs the graph once.
   *
   * @param values one for every input of the graph, of its type and shape; a {@link TensorData}
   *     over a direct buffer is read in place, without a copy
   * @return the outputs by name, in the graph's order, copied out of ONNX Runtime's memory
   * @throws IllegalArgumentException if an input is missing, unknown or does not fit
   * @throws NotFiniteException if a value that the outputs depend on is NaN or infinite, as {@link
   *     Scope#finite} says
   * @throws PlanException if the run fails, as where memory does not suffice
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
              // A file's graph counts nothing, and all that it gives are results.
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
   * Prepares runs on the same inputs, to measure them.
   *
   * @param values as for {@link #run}
   * @return the runs, to be closed before the plan
   * @throws IllegalArgumentException if an input is missing, unknown or does not fit
   * @throws PlanException if ONNX Runtime does not take them
   */
  public RepeatedRun repeat(Map<String, TensorData> values) throws PlanException {
    check(values);
    return new RepeatedRun(session.repeat(values));
  }

  private void check(Map<String, TensorData> values) {
    if (!values.keySet().equals(inputs.keySet())) {
      throw new IllegalArgumentException(
          "the graph has the inputs "
              + new TreeSet<>(inputs.keySet())
              + " and was given "
              + new TreeSet<>(values.keySet()));
    }
    values.forEach(
        (name, data) -> {
          TensorType wanted = inputs.get(name);
          TensorType given = data.type();
          if (wanted.dtype() != given.dtype() || !wanted.shape().accepts(given.shape())) {
            throw new IllegalArgumentException(
                "input '" + name + "' is " + given + ", but the graph was made for " + wanted);
          }
        });
  }

  /**
   * Ends the profile of the runs until now and tells where their time went.
   *
   * @param skipped runs at the beginning that are left out, in which memory is taken and kernels
   *     are chosen
   * @return the seconds by scope and by operator
   * @throws IllegalStateException if the plan was compiled without a profile, or this was called
   * @throws IOException if ONNX Runtime's file cannot be read
   */
  public Profile profile(int skipped) throws IOException {
    if (profiles.isEmpty() || !Files.exists(profiles.get())) {
      throw new IllegalStateException("the plan keeps no profile");
    }
    Profile profile = Profile.read(session.endProfile(), skipped);
    deleteProfiles();
    return profile;
  }

  /** Gives back what ONNX Runtime holds for this plan, its weights included. */
  @Override
  public void close() {
    try {
      session.close();
      deleteProfiles();
    } catch (IOException e) {
      throw new UncheckedIOException("the profile's folder cannot be deleted", e);
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
