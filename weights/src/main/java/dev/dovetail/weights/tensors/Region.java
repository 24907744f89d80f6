package dev.dovetail.weights.tensors;

import java.nio.file.Path;

/**
 * A range of bytes in a file.
 *
 * @param file the file
 * @param offset the position of the first byte
 * @param bytes the number of bytes
 */
public record Region(Path file, long offset, long bytes) {}
