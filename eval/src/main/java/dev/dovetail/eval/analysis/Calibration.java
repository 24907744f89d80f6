package dev.dovetail.eval.analysis;

import java.util.List;

/**
 * The calibration of scores: how well they predict the fraction of correct detections.
 *
 * @param detections number of detections that were evaluated
 * @param outside number of detections that were excluded because their score is not from 0 to 1
 * @param errors the calibration errors
 * @param bins bins of equal width, by ascending score
 * @param equalMassBins bins with equal numbers of detections, by ascending score; equal scores are
 *     in one bin
 * @param perCategory the error of every category, ascending by id; NaN without detections
 */
public record Calibration(
    long detections,
    long outside,
    Errors errors,
    List<Bin> bins,
    List<Bin> equalMassBins,
    double[] perCategory) {

  /**
   * Calibration errors; NaN without detections.
   *
   * @param equalWidth expected calibration error (ECE): the mean over all detections of |mean score
   *     - precision| of their bin, for bins of equal width (Guo et al. 2017; for detections Küppers
   *     et al. 2020)
   * @param equalMass the same for bins with equal numbers of detections (Nguyen and O'Connor 2015)
   * @param classwise the mean error of the categories that have detections
   * @param largest the largest |mean score - precision| of any bin of equal width
   */
  public record Errors(double equalWidth, double equalMass, double classwise, double largest) {}

  /**
   * A bin of detections with similar scores.
   *
   * @param low the lowest score, inclusive
   * @param high the highest score, exclusive except in the last bin
   * @param detections number of detections
   * @param meanScore NaN without detections
   * @param precision fraction of correct detections; NaN without detections
   */
  public record Bin(double low, double high, long detections, double meanScore, double precision) {

    /** {@return |mean score - precision|; 0 without detections} */
    public double gap() {
      return detections == 0 ? 0 : Math.abs(meanScore - precision);
    }
  }
}
