package dev.dovetail.eval.bootstrap;

/**
 * One number of a result, and how far other images of the same kind would move it.
 *
 * @param name of the number
 * @param value of the set as it is; NaN for none, as in all that follows
 * @param low lower end of the interval
 * @param high upper end
 */
public record Interval(String name, double value, double low, double high) {}
