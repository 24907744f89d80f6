package dev.dovetail.internal;

import dev.dovetail.formats.Size;

/** What a plan of a model is compiled for. */
public record PlanKey(int batch, Size padded) {

  @Override
  public String toString() {
    return padded + (batch == 1 ? "" : " in batches of " + batch);
  }
}
