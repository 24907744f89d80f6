package dev.dovetail.cli.score.scorer;

/** The options that apply only to some types. */
public interface OptionGroups {

  /**
   * Returns a group, with default values if none of its options is specified.
   *
   * @throws dev.dovetail.cli.console.UsageException if the group has a required option
   */
  <T extends OptionGroup> T group(Class<T> type);

  /** Returns whether the predictions are compared with others. */
  boolean compares();
}
