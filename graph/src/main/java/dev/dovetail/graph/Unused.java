package dev.dovetail.graph;

import java.util.regex.Pattern;

/**
 * Keys that a checkpoint may have and the model does not use.
 *
 * @param keys matches whole dotted names
 * @param reason why the model does not use them, for the report
 */
public record Unused(Pattern keys, String reason) {}
