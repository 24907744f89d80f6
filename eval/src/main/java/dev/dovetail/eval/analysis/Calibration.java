package dev.dovetail.eval.analysis;

import java.util.List;

/**
 * How well scores tell the share of detections that are right.
 *
 * @param detections how many are looked at
 * @param outside how many are left out because their score is not from 0 to 1
 * @param errors how far scores and shares are apart
 * @param bins bins of equal width, by ascending score
 * @param equalMassBins bins of equally many detections, likewise; equal scores stay in one bin
 * @param perCategory the error within every category, ascending by id; NaN without detections
 */
public record Calibration(
    long detections,
    long outside,
    Errors errors,
    List<Bin> bins,
    List<Bin> equalMassBins,
    double[] perCategory) {

  /**
   * How far mean scores and shares of right detections are apart; NaN without detections.
   *
   * @param equalWidth expected calibration error: the mean over all detections of |mean score -
   *     share of right ones| of their bin, for bins of equal width (Guo et al. 2017; for detections
   *     Küppers et al. 2020)
   * @param equalMass the same for bins of equally many detections (Nguyen and O'Connor 2015)
   * @param classwise mean over the categories that have detections of the error within each
   * @param largest the largest |mean score - share of right ones| of any bin of equal width
   */
  public record Errors(double equalWidth, double equalMass, double classwise, double largest) {}

  /**
   * Detections of similar scores.
   *
   * @param low score from which on, included
   * @param high score up to which, in the last bin included
   * @param detections how many
   * @param meanScore NaN without detections
   * @param precision share of the right ones; NaN without detections
   */
  public record Bin(double low, double high, long detections, double meanScore, double precision) {

    /** {@return |mean score - precision|; 0 without detections} */
    public double gap() {
      return detections == 0 ? 0 : Math.abs(meanScore - precision);
    }
  }
}
