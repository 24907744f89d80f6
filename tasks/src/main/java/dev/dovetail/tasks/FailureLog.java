package dev.dovetail.tasks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Collects the images that failed in a run; the run continues with the others. */
public final class FailureLog {

  private static final int SHOWN = 5;

  private final List<String> reasons = new ArrayList<>();

  /**
   * @param reason the cause, or null
   */
  public synchronized void addIf(String reason) {
    if (reason != null) {
      reasons.add(reason);
    }
  }

  /**
   * @param total the number of images of the run
   * @throws IOException if images failed; the message describes them
   */
  public synchronized void throwIfAny(int total, OutputFolder out) throws IOException {
    if (reasons.isEmpty()) {
      return;
    }
    StringBuilder text = new StringBuilder();
    text.append(reasons.size())
        .append(" of ")
        .append(total)
        .append(total == 1 ? " image" : " images")
        .append(" could not be processed, so there are no metrics:");
    reasons.stream().limit(SHOWN).forEach(r -> text.append("\n  ").append(r));
    if (reasons.size() > SHOWN) {
      text.append("\n  and ").append(reasons.size() - SHOWN).append(" more");
    }
    throw new IOException(text.append('\n').append(out.afterwards()).toString());
  }
}
