package dev.dovetail.tasks;

import dev.dovetail.graph.network.Network;
import java.util.List;
import java.util.Optional;

/** Creates the task of a config. Factories are found by {@link java.util.ServiceLoader}. */
public interface TaskFactory {

  /** The sections of a config, which are bound to records. */
  interface Sections {

    /**
     * Binds the section {@code name}, merged into {@code defaults}.
     *
     * @throws IllegalArgumentException if the section has an unknown key or an invalid value; the
     *     message names the key
     */
    <T extends Record> T section(String name, T defaults);

    /** Binds a section that is omitted from the resolved config if it is absent. */
    <T extends Record> T optional(String name, T defaults);

    /**
     * Binds the key {@code augment} of the section {@code test}, merged into {@code defaults};
     * empty if the key is absent. A task that does not call this method does not support several
     * views.
     */
    <T extends Record> Optional<T> augmentation(T defaults);
  }

  /** Returns the task's name in configs. */
  String name();

  /** Returns the sections of a config that the task reads. */
  default List<String> sections() {
    return List.of();
  }

  /**
   * Returns whether this is a default task, for configs without a task whose network has suitable
   * predictions.
   */
  default boolean isImplied(Network<?> network) {
    return true;
  }

  /**
   * Creates the task for a network; empty if it does not support the network's predictions.
   *
   * @throws IllegalArgumentException if a section is invalid
   */
  Optional<Task<?, ?>> create(Network<?> network, Sections sections);
}
