package dev.dovetail.sample;

/**
 * What a set holds.
 *
 * @param pictures in both splits
 * @param objects annotated one by one
 * @param small those of them with less than 32x32 visible pixels, COCO's small objects
 * @param crowds groups annotated as one
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
