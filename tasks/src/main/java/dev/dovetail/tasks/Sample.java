package dev.dovetail.tasks;

import dev.dovetail.formats.Size;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An image of a data set.
 *
 * @param index the index in the evaluation, from 0
 * @param name the name in stored results, unique in the evaluation
 * @param size the size according to the annotations, if present
 */
public record Sample(int index, String name, Path file, Optional<Size> size) {}
