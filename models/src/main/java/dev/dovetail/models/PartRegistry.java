package dev.dovetail.models;

import dev.dovetail.adapters.Adapter;
import dev.dovetail.adapters.Neck;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.files.DidYouMean;
import dev.dovetail.graph.network.Network;
import dev.dovetail.heads.Head;
import dev.dovetail.registry.KnownLayout;
import dev.dovetail.registry.ModelFamily;
import dev.dovetail.registry.Part;
import dev.dovetail.registry.Preset;
import dev.dovetail.registry.RetiredKey;
import dev.dovetail.registry.config.ConfigException;
import dev.dovetail.registry.huggingface.HuggingFaceReader;
import dev.dovetail.tasks.TaskFactory;
import dev.dovetail.weights.layouts.Layout;
import dev.dovetail.weights.tensors.TensorSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The registry of all model families: their parts, presets, layouts and Hugging Face readers. */
public final class PartRegistry {

  /** The interface that records of each kind of part implement. */
  private static final Map<Part.Kind, Class<?>> CONTRACTS =
      Map.of(
          Part.Kind.BACKBONE, Backbone.class,
          Part.Kind.ADAPTER, Adapter.class,
          Part.Kind.NECK, Neck.class,
          Part.Kind.HEAD, Head.class,
          Part.Kind.NETWORK, Network.class);

  private final List<ModelFamily> families;
  private final List<Part<?>> parts;
  private final List<Preset> presets;
  private final List<TaskFactory> tasks;

  /**
   * @throws IllegalArgumentException if a part does not implement the interface of its kind, two
   *     parts of a kind have the same name, or a preset is not a backbone or network
   */
  public PartRegistry(List<ModelFamily> families) {
    this.families = List.copyOf(families);
    List<Part<?>> all = new ArrayList<>();
    families.forEach(f -> all.addAll(f.parts()));
    this.parts = List.copyOf(all);
    this.presets = families.stream().flatMap(f -> f.presets().stream()).toList();
    this.tasks =
        ServiceLoader.load(TaskFactory.class).stream().map(ServiceLoader.Provider::get).toList();
    List<String> names = new ArrayList<>();
    for (Part<?> p : parts) {
      requireKind(p);
      requireNew(names, p.kind(), p.type());
    }
    for (Preset p : presets) {
      Part<?> part = partOf(p.model());
      if (!isModel(part)) {
        throw new IllegalArgumentException(
            "the preset '"
                + p.name()
                + "' is for the "
                + part.kind().section()
                + " '"
                + part.type()
                + "', but presets must be for backbones or networks");
      }
      requireNew(names, part.kind(), p.name());
    }
  }

  private static void requireKind(Part<?> part) {
    Class<?> contract = CONTRACTS.get(part.kind());
    if (!contract.isInstance(part.defaults())) {
      throw new IllegalArgumentException(
          "the "
              + part.kind().section()
              + " '"
              + part.type()
              + "' is a "
              + part.defaults().getClass().getName()
              + ", which does not implement "
              + contract.getName());
    }
  }

  private static void requireNew(List<String> names, Part.Kind kind, String type) {
    String name = kind.section() + " '" + type + "'";
    if (names.contains(name)) {
      throw new IllegalArgumentException("there are two parts " + name);
    }
    names.add(name);
  }

  /**
   * Loads all families on the class path.
   *
   * @throws IllegalArgumentException if a plug-in cannot be loaded or registers an existing name
   */
  public static PartRegistry load() {
    return loading(
        () ->
            new PartRegistry(
                ServiceLoader.load(ModelFamily.class).stream()
                    .map(ServiceLoader.Provider::get)
                    .toList()));
  }

  private static <T> T loading(Supplier<T> step) {
    try {
      return step.get();
    } catch (ServiceConfigurationError | LinkageError e) {
      throw new IllegalArgumentException(
          "a plug-in cannot be loaded: "
              + e.getMessage()
              + "; rebuild it with this version of Dovetail or remove its jar",
          e);
    }
  }

  /** Returns the tasks in the order in which they are tried. */
  public List<TaskFactory> tasks() {
    return tasks;
  }

  public List<Part<?>> parts() {
    return parts;
  }

  public List<Preset> presets() {
    return presets;
  }

  /**
   * Reads the layouts of published checkpoints from their files.
   *
   * @throws IOException if a layout cannot be read or its part is unknown
   */
  public List<KnownLayout> layouts() throws IOException {
    List<KnownLayout> layouts = new ArrayList<>();
    for (ModelFamily family : families) {
      layouts.addAll(family.layouts());
    }
    for (KnownLayout layout : layouts) {
      if (parts.stream().noneMatch(p -> p.type().equals(layout.family()))) {
        throw new IOException(
            "the layout "
                + layout.name()
                + " is for the family '"
                + layout.family()
                + "', but no part has this type");
      }
    }
    return layouts;
  }

  private boolean isModel(Part<?> part) {
    return part.kind() == Part.Kind.BACKBONE || part.kind() == Part.Kind.NETWORK;
  }

  /**
   * Recognizes the layout of a backbone or network by a checkpoint's names, and the prefix where it
   * matches.
   *
   * @throws IOException if a layout cannot be read
   */
  public Optional<KnownLayout.Fit> recognise(Collection<String> names) throws IOException {
    return KnownLayout.recognise(
        layouts().stream().filter(l -> isOf(l, this::isModel)).toList(), names);
  }

  /**
   * Returns candidate layouts that convert tensors to the names of models in Dovetail: the rules of
   * a matching layout of a backbone or network, followed by those of an adapter, a neck and a head.
   * Each may match below a prefix. If the first matches below several prefixes, the shortest comes
   * first; see {@link KnownLayout#find}.
   *
   * @throws IOException if a layout cannot be read or applied to the tensors
   */
  public List<Layout> layoutsOf(Map<String, ? extends TensorSource> tensors) throws IOException {
    List<Layout> layouts = new ArrayList<>(List.of(new Layout("", List.of())));
    List<KnownLayout> known = layouts();
    for (KnownLayout.Fit fit : fits(known, this::isModel, tensors)) {
      layouts.add(fit.layout());
    }
    List<Layout> combined = new ArrayList<>();
    for (Layout layout : layouts) {
      Layout all = layout;
      Map<String, ? extends TensorSource> renamed = all.apply(tensors).tensors();
      for (Part.Kind kind : List.of(Part.Kind.ADAPTER, Part.Kind.NECK, Part.Kind.HEAD)) {
        List<KnownLayout.Fit> fits = fits(known, p -> p.kind() == kind, renamed);
        if (!fits.isEmpty()) {
          all = all.then(fits.get(0).layout());
          renamed = all.apply(tensors).tensors();
        }
      }
      combined.add(all);
    }
    combined.removeIf(layout -> layout.rules().isEmpty());
    return combined;
  }

  private List<KnownLayout.Fit> fits(
      List<KnownLayout> known,
      Predicate<Part<?>> kind,
      Map<String, ? extends TensorSource> tensors) {
    List<KnownLayout> ofKind = known.stream().filter(l -> isOf(l, kind)).toList();
    return KnownLayout.find(ofKind, tensors.keySet());
  }

  private boolean isOf(KnownLayout layout, Predicate<Part<?>> kind) {
    return parts.stream().anyMatch(p -> kind.test(p) && p.type().equals(layout.family()));
  }

  /**
   * Returns the readers of Hugging Face directories by {@code model_type}.
   *
   * @throws IllegalArgumentException if a plug-in cannot be loaded, or two readers have the same
   *     type
   */
  public SortedMap<String, HuggingFaceReader<?>> huggingFace() {
    SortedMap<String, HuggingFaceReader<?>> readers = new TreeMap<>();
    for (ModelFamily family : families) {
      for (HuggingFaceReader<?> reader : loading(family::huggingFace)) {
        for (String type : reader.modelTypes()) {
          if (readers.put(type, reader) != null) {
            throw new IllegalArgumentException(
                "there are two readers of the model_type '" + type + "'");
          }
        }
      }
    }
    return readers;
  }

  /**
   * Returns the part that a record belongs to.
   *
   * @throws IllegalArgumentException if the part is unknown
   */
  public Part<?> partOf(Object variant) {
    return parts.stream()
        .filter(p -> p.defaults().getClass() == variant.getClass())
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException(variant + " does not belong to a known part"));
  }

  /** Returns the keys of a part's configs in earlier versions. */
  List<RetiredKey> retiredKeys(Part<?> part) {
    return families.stream()
        .flatMap(f -> f.retiredKeys().stream())
        .filter(key -> key.part() == part.defaults().getClass())
        .toList();
  }

  List<String> types(Part.Kind kind) {
    return parts.stream().filter(p -> p.kind() == kind).map(Part::type).sorted().toList();
  }

  /**
   * Returns the part with a name. The name of a preset selects its type with the values of the
   * preset as defaults.
   */
  Part<?> find(Part.Kind kind, String type) {
    return parts.stream()
        .filter(p -> p.kind() == kind && p.type().equals(type))
        .findFirst()
        .or(() -> variant(kind, type))
        .orElseThrow(
            () ->
                new ConfigException(
                    "unknown "
                        + kind.section()
                        + " type '"
                        + type
                        + "'"
                        + (names(kind).isEmpty()
                            ? "; the jar that provides it may be missing from the class path"
                            : DidYouMean.hint(type, names(kind)))));
  }

  private Optional<Part<?>> variant(Part.Kind kind, String name) {
    return presets(kind)
        .filter(p -> p.name().equals(name))
        .findFirst()
        .map(p -> new Part<>(kind, partOf(p.model()).type(), p.model()));
  }

  private Stream<Preset> presets(Part.Kind kind) {
    return presets.stream().filter(p -> partOf(p.model()).kind() == kind);
  }

  /**
   * Returns the preset with a name.
   *
   * @throws ConfigException if the preset is unknown; the message names the most similar ones
   */
  public Preset preset(String name) {
    return presets.stream()
        .filter(p -> p.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new ConfigException(
                    "unknown preset '"
                        + name
                        + "'"
                        + DidYouMean.hint(name, presets.stream().map(Preset::name).toList())));
  }

  private List<String> names(Part.Kind kind) {
    return Stream.concat(types(kind).stream(), presets(kind).map(Preset::name)).toList();
  }
}
