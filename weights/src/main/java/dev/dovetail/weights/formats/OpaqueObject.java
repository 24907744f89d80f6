package dev.dovetail.weights.formats;

/**
 * What stands in a checkpoint's metadata for an object of a class that is not built: its name and
 * nothing else. Two of them are equal when their class is.
 *
 * @param className the Python class or function, such as {@code datetime.datetime}
 */
public record OpaqueObject(String className) {}
