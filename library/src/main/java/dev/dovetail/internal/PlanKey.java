package dev.dovetail.internal;

import dev.dovetail.formats.Size;

/**
 * What a plan of a model is compiled for.
 *
 * @param round of the passes of an image, from 0
 */
public record PlanKey(int batch, Size padded, int round) {

  /** A plan of the first round, which is mostly the only one. */
  public PlanKey(int batch, Size padded) {
    this(batch, padded, 0);
  }

  @Override
  public String toString() {
    return padded
        + (batch == 1 ? "" : " in batches of " + batch)
        + (round == 0 ? "" : ", round " + (round + 1));
  }
}
