package dev.dovetail.images.video;

import dev.dovetail.images.Image;

/**
 * A frame of a video.
 *
 * @param image the upright image, as displayed by players
 * @param seconds time after the first frame
 */
public record VideoFrame(Image image, double seconds) {}
