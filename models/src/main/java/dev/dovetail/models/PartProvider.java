package dev.dovetail.models;

import java.util.List;

/**
 * Brings parts into the registry; found by {@link java.util.ServiceLoader}, so that a jar of its
 * own can add a backbone.
 */
public interface PartProvider {

  List<Part<?>> parts();
}
