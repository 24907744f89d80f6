package dev.dovetail.eval.bootstrap;

/**
 * One metric of a result with its confidence interval. All numbers are NaN if missing.
 *
 * @param name of the metric
 * @param value over the whole data set
 * @param low lower end of the interval
 * @param high upper end
 */
public record Interval(String name, double value, double low, double high) {}
