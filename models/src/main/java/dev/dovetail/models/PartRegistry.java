package dev.dovetail.models;

import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.Preset;
import dev.dovetail.models.config.ConfigException;
import dev.dovetail.models.config.DidYouMean;
import dev.dovetail.tasks.TaskFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/** The parts that configs can name, and the presets of the backbones among them. */
public final class PartRegistry {

  private final List<Part<?>> parts;
  private final List<Preset> presets;
  private final List<TaskFactory> tasks;

  /**
   * @throws IllegalArgumentException if two parts of a kind have one name, or a preset's backbone
   *     is of no part's type
   */
  public PartRegistry(List<Part<?>> parts, List<Preset> presets) {
    this.parts = List.copyOf(parts);
    this.presets = List.copyOf(presets);
    this.tasks =
        ServiceLoader.load(TaskFactory.class).stream().map(ServiceLoader.Provider::get).toList();
    List<String> names = new ArrayList<>();
    for (Part<?> p : parts) {
      requireNew(names, p.kind(), p.type());
    }
    for (Preset p : presets) {
      requireNew(names, Part.Kind.BACKBONE, p.name());
      typeOf(p.backbone());
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
   * All parts and presets on the class path.
   *
   * @throws IllegalArgumentException if a plug-in cannot be loaded, or brings a name that there is
   */
  public static PartRegistry load() {
    List<Part<?>> parts = new ArrayList<>();
    List<Preset> presets = new ArrayList<>();
    try {
      for (PartProvider provider : ServiceLoader.load(PartProvider.class)) {
        parts.addAll(provider.parts());
        presets.addAll(provider.presets());
      }
    } catch (ServiceConfigurationError | LinkageError e) {
      throw new IllegalArgumentException(
          "a plug-in cannot be loaded: "
              + e.getMessage()
              + "; build it again with this version of Dovetail, or take its jar away",
          e);
    }
    return new PartRegistry(parts, presets);
  }

  /** What models can be used for, in the order in which they are tried. */
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
   * The word after {@code "type":} of the part that a backbone is a variant of.
   *
   * @throws IllegalArgumentException if there is none
   */
  public String typeOf(Backbone backbone) {
    return typeOf(Part.Kind.BACKBONE, backbone);
  }

  /** The same for a part of any kind. */
  public String typeOf(Part.Kind kind, Object part) {
    return parts.stream()
        .filter(p -> p.kind() == kind && p.defaults().getClass() == part.getClass())
        .map(Part::type)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    part + " is a variant of no " + kind.section() + " that is known"));
  }

  List<String> types(Part.Kind kind) {
    return parts.stream().filter(p -> p.kind() == kind).map(Part::type).sorted().toList();
  }

  /** The part of a name; a preset's name gives its type with the preset's values as defaults. */
  Part<?> find(Part.Kind kind, String type) {
    return parts.stream()
        .filter(p -> p.kind() == kind && p.type().equals(type))
        .findFirst()
        .or(() -> kind == Part.Kind.BACKBONE ? variant(type) : Optional.empty())
        .orElseThrow(
            () ->
                new ConfigException(
                    "unknown "
                        + kind.section()
                        + " type '"
                        + type
                        + "'"
                        + (names(kind).isEmpty()
                            ? ": there is none; is the jar that brings it missing?"
                            : DidYouMean.hint(type, names(kind)))));
  }

  private Optional<Part<?>> variant(String name) {
    return presets.stream()
        .filter(p -> p.name().equals(name))
        .findFirst()
        .map(p -> new Part<>(Part.Kind.BACKBONE, typeOf(p.backbone()), (Record) p.backbone()));
  }

  /**
   * The preset of a name.
   *
   * @throws ConfigException if there is none; the message names the nearest
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
    Stream<String> variants =
        kind == Part.Kind.BACKBONE ? presets.stream().map(Preset::name) : Stream.empty();
    return Stream.concat(types(kind).stream(), variants).toList();
  }
}
