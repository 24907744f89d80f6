package dev.dovetail.models;

import dev.dovetail.backbones.Preset;
import java.util.List;

/**
 * Brings parts into the registry; found by {@link java.util.ServiceLoader}, so that a jar of its
 * own can add a backbone.
 */
public interface PartProvider {

  List<Part<?>> parts();

  /** Variants of its backbones that configs can name in place of a type. */
  default List<Preset> presets() {
    return List.of();
  }
}
