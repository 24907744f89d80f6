package dev.dovetail.tasks;

import dev.dovetail.graph.network.Network;
import java.util.List;
import java.util.Optional;

/** Makes the task of a config. Found by {@link java.util.ServiceLoader}. */
public interface TaskFactory {

  /** The sections of a config, bound to records of values. */
  interface Sections {

    /**
     * The section {@code name}, laid over {@code defaults}.
     *
     * @throws IllegalArgumentException if it has a key that the record does not have, or a value
     *     that the record refuses; the message names the key
     */
    <T extends Record> T section(String name, T defaults);

    /** The same for a section that stays out of the resolved config where none is given. */
    <T extends Record> T optional(String name, T defaults);

    /**
     * What the section {@code test} says of views of an image at its key {@code augment}, laid over
     * {@code defaults}; empty if it says nothing. A task that does not ask merges no views.
     */
    <T extends Record> Optional<T> augmentation(T defaults);
  }

  /** The task's name in configs. */
  String name();

  /** The sections of a config that the task reads. */
  default List<String> sections() {
    return List.of();
  }

  /**
   * Whether a config that names no task means this one, if it can use the network's predictions.
   */
  default boolean isImplied(Network<?> network) {
    return true;
  }

  /**
   * The task for a network; empty if it cannot use the network's predictions.
   *
   * @throws IllegalArgumentException if a section is wrong
   */
  Optional<Task<?, ?>> create(Network<?> network, Sections sections);
}
