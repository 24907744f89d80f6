package dev.dovetail.eval.coco.curves;

import dev.dovetail.eval.bootstrap.Resamplable;
import dev.dovetail.eval.coco.matching.GroundTruths;
import dev.dovetail.eval.coco.matching.MatchedDetections;
import dev.dovetail.eval.coco.params.CocoParams;
import dev.dovetail.formats.coco.CocoCategory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The metrics of a COCO evaluation as if each image were in the data set any number of times. They
 * equal those of the reference for that many copies of each image, except for the order of
 * summation and of equal scores within an image. Matching does not depend on other images, so the
 * matches are sorted once and only their weights change.
 */
public final class ResampledCoco implements Resamplable {

  /** A size class and a maxDets that a metric needs, for either precision or recall. */
  private record Cell(int area, int maxDets, boolean precision) {}

  /** The cells that a metric over the whole data set is the mean over. */
  private record Source(int[] thresholds, int[] categories, List<Cell> cells) {}

  private final int images;
  private final List<String> names;
  private final List<String> classes;
  private final List<Source> sources;
  private final Source classSource;
  private final Map<Cell, ResampledCurves> curves = new LinkedHashMap<>();

  public ResampledCoco(GroundTruths truths, CocoParams params, MatchedDetections[] matched) {
    List<CocoCategory> categories = truths.groupCategories();
    Axes axes = new Axes(params, categories);
    List<Statistic> statistics = Statistic.of(params);
    this.images = truths.images();
    this.names = statistics.stream().map(Statistic::name).toList();
    this.classes = categories.stream().map(CocoCategory::name).toList();
    this.sources = statistics.stream().map(statistic -> source(axes, statistic)).toList();
    int last = params.maxDets().length - 1;
    this.classSource =
        new Source(
            axes.thresholds(Statistic.ALL_THRESHOLDS),
            axes.categories(Statistic.ALL_CATEGORIES),
            Arrays.stream(axes.areas("all")).mapToObj(a -> new Cell(a, last, true)).toList());
    List<Source> all = new ArrayList<>(sources);
    all.add(classSource);
    for (Source source : all) {
      for (Cell cell : source.cells) {
        curves.computeIfAbsent(
            cell,
            c -> new ResampledCurves(truths, params, matched, c.area, c.maxDets, c.precision));
      }
    }
  }

  private static Source source(Axes axes, Statistic statistic) {
    List<Cell> cells = new ArrayList<>();
    for (int a : axes.areas(statistic.area())) {
      for (int m : axes.maxDets(statistic.maxDets())) {
        cells.add(new Cell(a, m, statistic.precision()));
      }
    }
    return new Source(
        axes.thresholds(statistic.iouThreshold()), axes.categories(statistic.frequency()), cells);
  }

  @Override
  public int images() {
    return images;
  }

  @Override
  public List<String> names() {
    return names;
  }

  @Override
  public List<String> classes() {
    return classes;
  }

  @Override
  public String classMetric() {
    return "AP";
  }

  @Override
  public double[] values(int[] times) {
    Map<Cell, double[][]> found = new LinkedHashMap<>();
    curves.forEach((cell, curve) -> found.put(cell, curve.values(times)));
    double[] values = new double[names.size() + classes.size()];
    for (int i = 0; i < names.size(); i++) {
      values[i] = mean(sources.get(i), found, sources.get(i).categories);
    }
    for (int k : classSource.categories) {
      values[names.size() + k] = mean(classSource, found, k);
    }
    return values;
  }

  /** Returns the mean over the cells, thresholds and classes that have a value; NaN for none. */
  private static double mean(Source source, Map<Cell, double[][]> found, int... classes) {
    double sum = 0;
    int n = 0;
    for (Cell cell : source.cells) {
      double[][] values = found.get(cell);
      for (int t : source.thresholds) {
        for (int k : classes) {
          if (!Double.isNaN(values[t][k])) {
            sum += values[t][k];
            n++;
          }
        }
      }
    }
    return sum / n;
  }
}
