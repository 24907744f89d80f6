package dev.dovetail.runtime;

import dev.dovetail.graph.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Parameter;
import dev.dovetail.graph.onnx.ParameterStore;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.ElementType;
import dev.dovetail.weights.Region;
import dev.dovetail.weights.StoredTensor;
import dev.dovetail.weights.TensorSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
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

  private final Map<String, ? extends TensorSource> tensors;
  private final DerivedFiles derived;
  private final Path root;

  private WeightBinding(Map<String, ? extends TensorSource> tensors, DerivedFiles derived) {
    this.tensors = tensors;
    this.derived = derived;
    this.root = derived.folder().toAbsolutePath().getRoot();
  }

  /**
   * The checkpoint's tensors under their own names.
   *
   * @throws IOException if a parameter is missing or has another shape
   */
  public static WeightBinding of(Graph graph, Checkpoint checkpoint) throws IOException {
    return of(graph, checkpoint.tensors(), DerivedFiles.standard());
  }

  /**
   * The given tensors, such as a checkpoint's after renaming.
   *
   * @param tensors by the parameters' names
   * @throws IOException if a parameter is missing or has another shape
   */
  public static WeightBinding of(
      Graph graph, Map<String, ? extends TensorSource> tensors, DerivedFiles derived)
      throws IOException {
    for (Parameter p : graph.parameters()) {
      TensorSource tensor = tensors.get(p.name());
      if (tensor == null) {
        throw new IOException("the checkpoint has no '" + p.name() + "' " + p.type());
      }
      if (!tensor.shape().toString().equals(p.shape().toString())) {
        throw new IOException(
            "the checkpoint's '"
                + p.name()
                + "' has shape "
                + tensor.shape()
                + ", the model's "
                + p.shape());
      }
    }
    derived.trim();
    return new WeightBinding(tensors, derived);
  }

  /** All parameters initialised as the model says: for benchmarks and tests. */
  public static WeightBinding initialised(DerivedFiles derived) {
    return new WeightBinding(Map.of(), derived);
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
    try {
      if (tensor == null) {
        return new InFile(relative(InitialValues.file(derived, parameter, type)), 0, bytes);
      }
      Optional<Region> direct = direct(tensor, type);
      if (direct.isPresent()) {
        return new InFile(relative(direct.get().file()), direct.get().offset(), bytes);
      }
      ElementType wanted = ElementType.valueOf(type.name());
      String name = TensorIdentity.of(tensor) + "." + wanted;
      Path file = derived.get(name, out -> tensor.writeTo(out, wanted));
      return new InFile(relative(file), 0, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Optional<Region> direct(TensorSource tensor, DType type) {
    return tensor instanceof StoredTensor stored && stored.type().name().equals(type.name())
        ? stored.region().filter(r -> root.equals(r.file().toAbsolutePath().getRoot()))
        : Optional.empty();
  }

  private String relative(Path file) {
    return StreamSupport.stream(file.toAbsolutePath().normalize().spliterator(), false)
        .map(Path::toString)
        .collect(Collectors.joining("/"));
  }
}
