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
 * Locates the parameters of graphs. A parameter is read from the checkpoint file itself if ONNX
 * Runtime can read its bytes (contiguous, little-endian, of the required type). Otherwise it is
 * read from a {@linkplain DerivedFiles derived file}, which is written when it is first needed.
 * Parameters without a tensor are initialized as the model specifies.
 *
 * <p>No weights pass through the Java heap. One binding serves all plans of a model, whatever their
 * shapes and precision. The checkpoint must remain open while plans are compiled.
 */
public final class WeightBinding implements ParameterStore {

  private final Map<String, TensorSource> tensors;
  private final DerivedFiles derived;
  private final Path root;

  /** By tensor name. */
  private final Map<String, String> identities = new ConcurrentHashMap<>();

  /** The located parameters, in the order of the graphs. */
  private final Set<Use> located = Collections.synchronizedSet(new LinkedHashSet<>());

  /** The located parameters that were checked and are finite. */
  private final Set<Use> finite = new HashSet<>();

  /** A parameter and the type in which it is used. */
  private record Use(Parameter parameter, DType type) {}

  private WeightBinding(Map<String, TensorSource> tensors, DerivedFiles derived) {
    this.tensors = tensors;
    this.derived = derived;
    this.root = derived.folder().toAbsolutePath().getRoot();
  }

  /**
   * {@return a binding to a checkpoint whose keys are those of the model}
   *
   * @param graph the graph
   * @param checkpoint the checkpoint
   * @throws IOException if keys are missing, unexpected or have another shape; the message lists
   *     them
   */
  public static WeightBinding of(Graph graph, Checkpoint checkpoint) throws IOException {
    LoadReport report = match(graph, checkpoint, Layout.SAME);
    return of(report.requireComplete(false), DerivedFiles.standard());
  }

  /**
   * Binds parameters to tensors. Parameters without a tensor are initialized.
   *
   * @param tensors the tensors by parameter name, as returned by {@link LoadReport#requireComplete}
   * @param derived the directory for derived files
   * @return the binding
   * @throws IOException if that directory cannot be read
   */
  public static WeightBinding of(Map<String, TensorSource> tensors, DerivedFiles derived)
      throws IOException {
    derived.trim();
    return new WeightBinding(Map.copyOf(tensors), derived);
  }

  /**
   * {@return a comparison of a checkpoint's keys with the graph's parameters}
   *
   * @param graph the graph
   * @param checkpoint the checkpoint
   * @param layout maps keys of the checkpoint to names of parameters
   * @throws IOException if a rule of the layout does not match the checkpoint
   */
  public static LoadReport match(Graph graph, Checkpoint checkpoint, Layout layout)
      throws IOException {
    List<ParameterSpec> expected =
        graph.parameters().stream()
            .filter(p -> p.role() != Role.UNREAD)
            .map(Parameter::spec)
            .toList();
    return LoadReport.match(checkpoint, layout, expected, graph.ignoredKeys());
  }

  /** Returns the root of the file system, so that every file can be named relative to it. */
  @Override
  public Optional<Path> folder() {
    return Optional.of(root);
  }

  @Override
  public Location locate(Parameter parameter, DType type) {
    TensorSource tensor = tensors.get(parameter.name());
    long bytes = parameter.shape().elements() * type.bytes();
    if (bytes == 0) {
      return new Inline(ByteBuffer.allocate(0)); // length 0 means "the rest" to ONNX Runtime
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
   * <p>Each parameter is checked once, however many graphs use it. Minus infinity is allowed in a
   * table that is only added to other values, such as an attention mask.
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
