package dev.dovetail.cli.score;

/** Options that only some types read; whether others may be given with them is checked for all. */
interface OptionGroup {

  /** The options, as a sentence begins with them: {@code --classes and the options after it}. */
  String names();
}
