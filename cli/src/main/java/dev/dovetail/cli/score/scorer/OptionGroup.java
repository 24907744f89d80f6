package dev.dovetail.cli.score.scorer;

/** Options that only some types read; whether others may be given with them is checked for all. */
public interface OptionGroup {

  /** The options, as a sentence begins with them: {@code --classes and the options after it}. */
  String names();
}
