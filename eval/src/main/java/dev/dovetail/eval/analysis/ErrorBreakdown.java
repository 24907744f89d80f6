package dev.dovetail.eval.analysis;

import java.util.List;
import java.util.Map;

/**
 * What each kind of error costs (TIDE, Bolya et al. 2020).
 *
 * @param ap AP at {@link ErrorEvaluator#FOREGROUND}, in percent
 * @param cost of every kind: by how much the AP would rise in percent points if this kind were
 *     repaired, all else as it is; the costs do not add up to what is missing
 * @param counts how many errors of every kind there are
 * @param falsePositives AP gained if every false detection had score 0 and every true one score 1
 * @param falseNegatives AP gained if no ground truth were missed
 * @param perCategory the counts of every category, ascending by id: that of the detection, for
 *     missed ones that of the ground truth
 */
public record ErrorBreakdown(
    double ap,
    Map<ErrorType, Double> cost,
    Map<ErrorType, Long> counts,
    double falsePositives,
    double falseNegatives,
    List<Map<ErrorType, Long>> perCategory) {}
