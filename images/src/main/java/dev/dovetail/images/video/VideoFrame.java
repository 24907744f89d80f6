package dev.dovetail.images.video;

import dev.dovetail.images.Image;

/**
 * One picture of a video.
 *
 * @param image upright, as players show it
 * @param seconds after the first frame
 */
public record VideoFrame(Image image, double seconds) {}
