package dev.dovetail.cli.score.coco;

import dev.dovetail.cli.score.scorer.OptionGroup;
import picocli.CommandLine.Option;

/** What is told of the errors behind a number. */
public final class ErrorOptions implements OptionGroup {

  @Option(
      names = "--errors",
      description = "how much AP each kind of error costs (TIDE: tidecv's numbers)")
  private boolean errors;

  @Option(
      names = "--confusion",
      description = "which class is detected as which (score from 0.25, IoU from 0.5)")
  private boolean confusion;

  @Option(
      names = "--calibration",
      description = "how well scores tell the share of right detections (ECE, IoU from 0.5)")
  private boolean calibration;

  @Option(names = "--curves", description = "precision over recall")
  private boolean curves;

  @Override
  public String names() {
    return "--errors, --confusion, --calibration and --curves";
  }

  /** Whether any is asked for that the numbers do not hold already. */
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
