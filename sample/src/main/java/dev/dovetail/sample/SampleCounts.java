package dev.dovetail.sample;

/**
 * The content of a set.
 *
 * @param pictures the number of images in both splits
 * @param objects the number of individually annotated objects
 * @param small the number of objects with less than 32x32 visible pixels, which COCO calls small
 * @param crowds the number of groups annotated as a crowd
 */
public record SampleCounts(int pictures, int objects, int small, int crowds) {

  SampleCounts plus(SampleCounts other) {
    return new SampleCounts(
        pictures + other.pictures,
        objects + other.objects,
        small + other.small,
        crowds + other.crowds);
  }
}
