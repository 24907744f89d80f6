package dev.dovetail.runtime;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.dovetail.core.DType;
import dev.dovetail.files.GitLfsPointer;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.TensorType;
import dev.dovetail.graph.onnx.OnnxWriter;
import dev.dovetail.graph.onnx.ParameterStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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

  /** The folder that the locations of external weights are relative to. */
  private static final String FOLDER = "session.model_external_initializers_file_folder_path";

  /** Begins the names of outputs that count what is not finite; no value is named so. */
  private static final String ODD = "not finite/";

  /** A model in protobuf may have 2 GB; the rest is for its nodes. */
  private static final long MOST_CONSTANTS = 2_000_000_000;

  private final Map<String, TensorType> inputs;
  private final boolean isFile;
  private final Settings settings;
  private final OrtSession session;
  private final Optional<Path> profiles;

  private Plan(
      Map<String, TensorType> inputs,
      boolean isFile,
      Settings settings,
      OrtSession session,
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
    byte[] model = model(settings.form(graph.withOutputs(outputs)), weights, settings);
    // Beside the compilation, which mostly works on one core.
    CompletableFuture<Optional<IOException>> problem =
        CompletableFuture.supplyAsync(() -> problem(weights, graph));
    Optional<Path> profiles = profiles(settings);
    // Before the options: the CUDA provider logs while it is loaded, which needs the environment.
    OrtEnvironment environment = OnnxRuntimeLibrary.environment();
    try (OrtSession.SessionOptions options = options(settings)) {
      if (weights.folder().isPresent()) {
        options.addConfigEntry(FOLDER, weights.folder().get().toString());
      }
      profile(options, profiles);
      OrtSession session = environment.createSession(model, options);
      if (problem.join().isPresent()) {
        session.close();
        throw problem.join().get();
      }
      Map<String, TensorType> inputs = new LinkedHashMap<>();
      graph.inputs().forEach((name, input) -> inputs.put(name, input.type()));
      return new Plan(inputs, false, settings, session, profiles);
    } catch (OrtException e) {
      throw PlanException.of("the graph cannot be compiled", settings.device(), e);
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
    OrtEnvironment environment = OnnxRuntimeLibrary.environment();
    try (OrtSession.SessionOptions options = options(settings)) {
      profile(options, profiles);
      OrtSession session = environment.createSession(file.toString(), options);
      Map<String, TensorType> inputs = new LinkedHashMap<>();
      for (Map.Entry<String, NodeInfo> input : session.getInputInfo().entrySet()) {
        inputs.put(input.getKey(), type((TensorInfo) input.getValue().getInfo()));
      }
      return new Plan(inputs, true, settings, session, profiles);
    } catch (OrtException e) {
      throw PlanException.of(file + " cannot be loaded", settings.device(), e);
    }
  }

  /** A folder for the profile, if there is to be one. */
  private static Optional<Path> profiles(Settings settings) throws IOException {
    return settings.profiled()
        ? Optional.of(Files.createTempDirectory("dovetail-profile"))
        : Optional.empty();
  }

  private static void profile(OrtSession.SessionOptions options, Optional<Path> profiles)
      throws OrtException {
    if (profiles.isPresent()) {
      options.enableProfiling(profiles.get().resolve("profile").toString());
    }
  }

  private static Optional<IOException> problem(ParameterStore weights, Graph graph) {
    try {
      weights.requireFinite(graph);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(e);
    }
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

  private static OrtSession.SessionOptions options(Settings settings)
      throws OrtException, PlanException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(settings.threads());
    options.setInterOpNumThreads(1);
    // Patterns save a few allocations and cost the memory of a second arena (docs/runtime.md).
    options.setMemoryPatternOptimization(false);
    // Idle workers that spin would take the cores from those who decode and score images.
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
    try {
      return session.getMetadata().getCustomMetadata();
    } catch (OrtException e) {
      throw PlanException.of("the model's metadata cannot be read", settings.device(), e);
    }
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
    Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    try {
      toOnnx(values, tensors);
      try (OrtSession.Result result = session.run(tensors)) {
        Map<String, TensorData> out = new LinkedHashMap<>();
        Map<String, Long> odd = new LinkedHashMap<>();
        for (Map.Entry<String, ai.onnxruntime.OnnxValue> value : result) {
          String name = value.getKey();
          TensorData data = toHost((OnnxTensor) value.getValue());
          boolean counts = name.startsWith(ODD);
          if (!counts) {
            out.put(name, data);
          }
          // A file's graph counts nothing, and all that it gives are results.
          long found = counts ? (long) data.floats()[0] : isFile ? data.oddities() : 0;
          if (found > 0) {
            odd.put(counts ? name.substring(ODD.length()) : name, found);
          }
        }
        if (!odd.isEmpty()) {
          throw NotFiniteException.of(odd, values, out, settings.precision());
        }
        return out;
      }
    } catch (OrtException e) {
      throw PlanException.of("the run failed", settings.device(), e);
    } finally {
      tensors.values().forEach(OnnxTensor::close);
    }
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
    Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    try {
      toOnnx(values, tensors);
      return new RepeatedRun(session, settings.device(), tensors);
    } catch (OrtException e) {
      tensors.values().forEach(OnnxTensor::close);
      throw PlanException.of("the inputs cannot be passed", settings.device(), e);
    }
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

  /** Adds every value to {@code tensors}, which the caller closes. */
  private static void toOnnx(Map<String, TensorData> values, Map<String, OnnxTensor> tensors)
      throws OrtException {
    for (Map.Entry<String, TensorData> value : values.entrySet()) {
      tensors.put(value.getKey(), toOnnx(value.getValue()));
    }
  }

  private static OnnxTensor toOnnx(TensorData data) throws OrtException {
    long[] shape = Arrays.stream(data.type().shape().dims()).asLongStream().toArray();
    OnnxJavaType type =
        switch (data.type().dtype()) {
          case FLOAT32 -> OnnxJavaType.FLOAT;
          case FLOAT16 -> OnnxJavaType.FLOAT16;
          case INT64 -> OnnxJavaType.INT64;
          case INT32 -> OnnxJavaType.INT32;
          case UINT8 -> OnnxJavaType.UINT8;
          case INT8 -> OnnxJavaType.INT8;
          case BOOL -> OnnxJavaType.BOOL;
          default ->
              throw new IllegalArgumentException(
                  "ONNX Runtime's Java API cannot pass " + data.type().dtype() + " in");
        };
    return OnnxTensor.createTensor(
        OnnxRuntimeLibrary.environment(), direct(data.bytes()), shape, type);
  }

  private static ByteBuffer direct(ByteBuffer bytes) {
    return bytes.isDirect()
        ? bytes
        : ByteBuffer.allocateDirect(bytes.remaining())
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(bytes)
            .flip();
  }

  private static TensorData toHost(OnnxTensor value) {
    return TensorData.of(type(value.getInfo()), value.getByteBuffer());
  }

  private static TensorType type(TensorInfo info) {
    DType dtype =
        switch (info.onnxType) {
          case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT -> DType.FLOAT32;
          case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16 -> DType.FLOAT16;
          case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64 -> DType.INT64;
          case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32 -> DType.INT32;
          case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8 -> DType.UINT8;
          case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8 -> DType.INT8;
          case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT16 -> DType.UINT16;
          case ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL -> DType.BOOL;
          default -> throw new IllegalStateException("a value of type " + info.onnxType);
        };
    int[] dims = Arrays.stream(info.getShape()).mapToInt(Math::toIntExact).toArray();
    return new TensorType(dtype, Shape.of(dims));
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
    try {
      Profile profile = Profile.read(Path.of(session.endProfiling()), skipped);
      deleteProfiles();
      return profile;
    } catch (OrtException e) {
      throw PlanException.of("the profile cannot be read", settings.device(), e);
    }
  }

  /** Gives back what ONNX Runtime holds for this plan, its weights included. */
  @Override
  public void close() {
    try {
      session.close();
      deleteProfiles();
    } catch (OrtException e) {
      throw new IllegalStateException("a plan was closed twice", e);
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
