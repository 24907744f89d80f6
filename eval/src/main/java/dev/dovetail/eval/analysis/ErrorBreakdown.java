package dev.dovetail.eval.analysis;

import java.util.List;
import java.util.Map;

/**
 * The cost of each kind of error (TIDE, Bolya et al. 2020).
 *
 * @param ap AP at {@link ErrorEvaluator#FOREGROUND}, in percent
 * @param cost of every kind: the percentage points by which the AP would rise if only this kind
 *     were fixed. The costs do not add up to 100 - ap
 * @param counts the number of errors of every kind
 * @param falsePositives AP gained if every false detection had score 0 and every true one score 1
 * @param falseNegatives AP gained if no ground truth were missed
 * @param perCategory the counts of every category, ascending by id. An error has the category of
 *     its detection, a missed ground truth its own
 */
public record ErrorBreakdown(
    double ap,
    Map<ErrorType, Double> cost,
    Map<ErrorType, Long> counts,
    double falsePositives,
    double falseNegatives,
    List<Map<ErrorType, Long>> perCategory) {}
