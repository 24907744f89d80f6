package dev.dovetail.cli.score.scorer;

/** The options that only some types read. */
public interface OptionGroups {

  /**
   * One group, of defaults where none of its options is given.
   *
   * @throws dev.dovetail.cli.console.UsageException if the group has an option that must be given
   */
  <T extends OptionGroup> T group(Class<T> type);

  /** Whether the predictions are compared with others. */
  boolean compares();
}
