package dev.dovetail.internal;

import dev.dovetail.formats.Size;

/**
 * Identifies a plan of a model.
 *
 * @param round the index of the round of passes over an image, from 0
 */
public record PlanKey(int batch, Size padded, int round) {

  /** Creates a key for the first round, which is usually the only one. */
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
