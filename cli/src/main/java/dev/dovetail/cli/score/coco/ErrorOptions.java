package dev.dovetail.cli.score.coco;

import dev.dovetail.cli.score.scorer.OptionGroup;
import picocli.CommandLine.Option;

/** Options for the error analysis. */
public final class ErrorOptions implements OptionGroup {

  @Option(
      names = "--errors",
      description = "report the AP that each kind of error costs (TIDE, the numbers of tidecv)")
  private boolean errors;

  @Option(
      names = "--confusion",
      description = "report which class is detected as which (score ≥ 0.25, IoU ≥ 0.5)")
  private boolean confusion;

  @Option(
      names = "--calibration",
      description = "report how well scores match precision (ECE, IoU ≥ 0.5)")
  private boolean calibration;

  @Option(names = "--curves", description = "report precision over recall")
  private boolean curves;

  @Override
  public String names() {
    return "--errors, --confusion, --calibration and --curves";
  }

  /** Returns whether an option requests more than the standard numbers contain. */
  boolean needAnalysis() {
    return errors || confusion || calibration;
  }

  public boolean isAsked() {
    return needAnalysis() || curves;
  }

  boolean errors() {
    return errors;
  }

  boolean confusion() {
    return confusion;
  }

  boolean calibration() {
    return calibration;
  }

  boolean curves() {
    return curves;
  }
}
