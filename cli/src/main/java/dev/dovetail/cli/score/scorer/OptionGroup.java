package dev.dovetail.cli.score.scorer;

/** Options that apply only to some types. Their use with other types is rejected centrally. */
public interface OptionGroup {

  /** Returns the options as the start of a sentence: {@code --classes and the options after it}. */
  String names();
}
