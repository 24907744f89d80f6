package dev.dovetail.models;

import dev.dovetail.models.config.ConfigException;
import dev.dovetail.models.config.DidYouMean;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/** The parts that configs can name. */
public final class PartRegistry {

  private final List<Part<?>> parts;

  /**
   * @throws IllegalArgumentException if two parts of a kind have one name
   */
  public PartRegistry(List<Part<?>> parts) {
    List<String> names = new ArrayList<>();
    for (Part<?> p : parts) {
      String name = p.kind().section() + " '" + p.type() + "'";
      if (names.contains(name)) {
        throw new IllegalArgumentException("there are two parts " + name);
      }
      names.add(name);
    }
    this.parts = List.copyOf(parts);
  }

  /** All parts on the class path. */
  public static PartRegistry load() {
    List<Part<?>> parts = new ArrayList<>();
    ServiceLoader.load(PartProvider.class).forEach(p -> parts.addAll(p.parts()));
    return new PartRegistry(parts);
  }

  public List<Part<?>> parts() {
    return parts;
  }

  List<String> types(Part.Kind kind) {
    return parts.stream().filter(p -> p.kind() == kind).map(Part::type).sorted().toList();
  }

  Part<?> find(Part.Kind kind, String type) {
    return parts.stream()
        .filter(p -> p.kind() == kind && p.type().equals(type))
        .findFirst()
        .orElseThrow(
            () ->
                new ConfigException(
                    "unknown "
                        + kind.section()
                        + " type '"
                        + type
                        + "'"
                        + DidYouMean.hint(type, types(kind))));
  }
}
