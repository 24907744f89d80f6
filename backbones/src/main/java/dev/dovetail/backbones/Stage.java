package dev.dovetail.backbones;

/**
 * A run of blocks at one resolution.
 *
 * @param stride pixels from one grid cell to the next
 * @param channels width of the tokens
 * @param blocks number of blocks
 */
public record Stage(int stride, int channels, int blocks) {}
