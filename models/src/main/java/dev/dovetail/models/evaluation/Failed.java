package dev.dovetail.models.evaluation;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Collects the images that a run could not do; the others are done first. */
final class Failed {

  private static final int SHOWN = 5;

  private final List<String> reasons = new ArrayList<>();

  void add(String reason) {
    reasons.add(reason);
  }

  /**
   * @throws IOException with a sentence about the images that failed, if any did
   */
  void throwIfAny(int total) throws IOException {
    if (reasons.isEmpty()) {
      return;
    }
    StringBuilder text = new StringBuilder();
    text.append(reasons.size())
        .append(" of ")
        .append(total)
        .append(" images could not be used, so there are no metrics:");
    reasons.stream().limit(SHOWN).forEach(r -> text.append("\n  ").append(r));
    if (reasons.size() > SHOWN) {
      text.append("\n  and ").append(reasons.size() - SHOWN).append(" more");
    }
    text.append("\nThe predictions of the others are kept: with the same --out, the next run does");
    text.append(" the missing ones alone.");
    throw new IOException(text.toString());
  }
}
