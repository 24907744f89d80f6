package dev.dovetail.runtime;

import dev.dovetail.core.DType;
import dev.dovetail.core.ParameterSpec;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Parameter;
import dev.dovetail.graph.Role;
import dev.dovetail.graph.onnx.ParameterStore;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.LoadReport;
import dev.dovetail.weights.layouts.Layout;
import dev.dovetail.weights.tensors.NotFinite;
import dev.dovetail.weights.tensors.Region;
import dev.dovetail.weights.tensors.StoredTensor;
import dev.dovetail.weights.tensors.TensorSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Where the parameters of graphs are: in the checkpoint file itself where its bytes are what ONNX
 * Runtime reads (contiguous, little-endian, of the wanted type), else in a {@linkplain DerivedFiles
 * derived file}, written the first time that it is asked for. Parameters that there is no tensor
 * for are initialised as the model says.
 *
 * <p>No weight passes through the Java heap. One binding serves all plans of a model, whatever
 * their shapes and precision. The checkpoint must stay open while plans are compiled.
 */
public final class WeightBinding implements ParameterStore {

  private final Map<String, TensorSource> tensors;
  private final DerivedFiles derived;
  private final Path root;

  /** By the tensors' names. */
  private final Map<String, String> identities = new ConcurrentHashMap<>();

  /** What was located, in the order of the graphs. */
  private final Set<Use> located = Collections.synchronizedSet(new LinkedHashSet<>());

  /** What of it was looked through and is finite. */
  private final Set<Use> finite = new HashSet<>();

  /** A parameter and the type that it is used in. */
  private record Use(Parameter parameter, DType type) {}

  private WeightBinding(Map<String, TensorSource> tensors, DerivedFiles derived) {
    this.tensors = tensors;
    this.derived = derived;
    this.root = derived.folder().toAbsolutePath().getRoot();
  }

  /**
   * {@return all parameters from a checkpoint that has the model's own names}
   *
   * @param graph whose parameters are wanted
   * @param checkpoint where they are
   * @throws IOException if keys are missing, unexpected or of another shape; the message lists them
   */
  public static WeightBinding of(Graph graph, Checkpoint checkpoint) throws IOException {
    LoadReport report = match(graph, checkpoint, Layout.SAME);
    return of(report.requireComplete(false), DerivedFiles.standard());
  }

  /**
   * The given tensors, and initial values for all parameters beside.
   *
   * @param tensors by the parameters' names, as {@link LoadReport#requireComplete} gives them
   * @param derived where to keep what has to be rewritten
   * @return the binding
   * @throws IOException if that folder cannot be looked through
   */
  public static WeightBinding of(Map<String, TensorSource> tensors, DerivedFiles derived)
      throws IOException {
    derived.trim();
    return new WeightBinding(Map.copyOf(tensors), derived);
  }

  /**
   * {@return how the keys of a checkpoint match the graph's parameters}
   *
   * @param graph whose parameters are wanted
   * @param checkpoint the file or files
   * @param layout how to get from the checkpoint's names to the graph's
   * @throws IOException if a rule of the layout does not suit the checkpoint
   */
  public static LoadReport match(Graph graph, Checkpoint checkpoint, Layout layout)
      throws IOException {
    List<ParameterSpec> wanted =
        graph.parameters().stream()
            .filter(p -> p.role() != Role.UNREAD)
            .map(Parameter::spec)
            .toList();
    return LoadReport.match(checkpoint, layout, wanted, graph.ignoredKeys());
  }

  /** The root of the file system, which all files are below. */
  @Override
  public Optional<Path> folder() {
    return Optional.of(root);
  }

  @Override
  public Location locate(Parameter parameter, DType type) {
    TensorSource tensor = tensors.get(parameter.name());
    long bytes = parameter.shape().elements() * type.bytes();
    if (bytes == 0) {
      return new Inline(ByteBuffer.allocate(0)); // ONNX Runtime takes a length of 0 for "the rest"
    }
    try {
      if (tensor == null) {
        return new InFile(relative(InitialValues.file(derived, parameter, type)), 0, bytes);
      }
      located.add(new Use(parameter, type));
      Optional<Region> direct = direct(tensor, type);
      if (direct.isPresent()) {
        return new InFile(relative(direct.get().file()), direct.get().offset(), bytes);
      }
      Path file = derived.get(identity(tensor) + "." + type, out -> tensor.writeTo(out, type));
      return new InFile(relative(file), 0, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>Each is looked through once, whatever graphs use it. Minus infinity may stand in a table
   * that is only added to something.
   */
  @Override
  public synchronized void requireFinite(Graph graph) throws IOException {
    for (Use use : List.copyOf(located)) {
      if (finite.contains(use)) {
        continue;
      }
      Optional<NotFinite> found = NotFinite.in(tensors.get(use.parameter().name()), use.type());
      if (found.isPresent()
          && !(found.get().onlyMinusInfinity() && graph.isOnlyAdded(use.parameter()))) {
        throw new PlanException(
            "the weights cannot be used: "
                + found.get().sentence()
                + (found.get().large() > 0 ? "; use --precision fp32" : ""));
      }
      finite.add(use);
    }
  }

  private Optional<Region> direct(TensorSource tensor, DType type) {
    return tensor instanceof StoredTensor stored && stored.type() == type
        ? stored.region().filter(r -> root.equals(r.file().toAbsolutePath().getRoot()))
        : Optional.empty();
  }

  private String identity(TensorSource tensor) throws IOException {
    String known = identities.get(tensor.name());
    if (known == null) {
      known = TensorIdentity.of(tensor);
      identities.put(tensor.name(), known);
    }
    return known;
  }

  private static String relative(Path file) throws IOException {
    return StreamSupport.stream(file.toRealPath().spliterator(), false)
        .map(Path::toString)
        .collect(Collectors.joining("/"));
  }
}
