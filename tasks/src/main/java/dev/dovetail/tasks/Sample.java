package dev.dovetail.tasks;

import dev.dovetail.formats.Size;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An image of a data set.
 *
 * @param index its place in the evaluation, from 0
 * @param name what stored results call it; unique in the evaluation
 * @param size the size that the annotations state, if they do
 */
public record Sample(int index, String name, Path file, Optional<Size> size) {}
