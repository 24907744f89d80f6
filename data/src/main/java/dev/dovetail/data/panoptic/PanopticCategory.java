package dev.dovetail.data.panoptic;

/** A category of a panoptic ground truth: a countable thing, or stuff. */
public record PanopticCategory(long id, String name, boolean isThing) {}
