package dev.dovetail.weights.formats;

/**
 * A placeholder in a checkpoint's metadata for an object of a class that is not instantiated. Two
 * placeholders are equal if their classes are.
 *
 * @param className the Python class or function, such as {@code datetime.datetime}
 */
public record OpaqueObject(String className) {}
