package dev.dovetail.eval.coco;

import dev.dovetail.eval.coco.curves.CocoSummary;
import dev.dovetail.eval.coco.curves.CurveArrays;
import dev.dovetail.eval.coco.curves.Statistic;
import dev.dovetail.eval.coco.params.AreaRange;
import dev.dovetail.eval.coco.params.CocoParams;
import dev.dovetail.eval.coco.params.IouType;
import dev.dovetail.eval.coco.params.Protocol;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.CocoCategory;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.coco.CocoFiles;
import dev.dovetail.formats.coco.CocoResults;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The result of an evaluation: the metrics reported by the reference tool, the metrics of every
 * category, and the underlying curves. Values are fractions; -1 represents a missing value.
 */
public final class CocoEvaluation {

  private final CocoParams params;
  private final int images;
  private final List<CocoCategory> categories;
  private final CurveArrays curves;
  private final CocoSummary summary;
  private final List<Statistic> statistics;
  private final double[] stats;

  CocoEvaluation(CocoParams params, int images, List<CocoCategory> categories, CurveArrays curves) {
    this.params = params;
    this.images = images;
    this.categories = categories;
    this.curves = curves;
    this.summary = new CocoSummary(params, categories, curves);
    this.statistics = Statistic.of(params);
    this.stats = statistics.stream().mapToDouble(summary::value).toArray();
  }

  /**
   * The metrics of one category, by name: {@code AP}, {@code AP50}, {@code AR_max100}, …
   *
   * @param key its id in the file, a Long or a String
   */
  public record CategoryMetrics(Object key, String name, Map<String, Double> values) {}

  /**
   * The means over one size class.
   *
   * @param ap average precision; -1 for a missing value, as for {@code ar}
   * @param categories number of categories that have ground truth of the size
   */
  public record SizeMetrics(AreaRange area, double ap, double ar, int categories) {}

  /**
   * Evaluates a list of results on all processors. The result does not depend on the number of
   * processors.
   *
   * @param dataset the ground truth
   * @param results the detections
   * @param params the parameters of the evaluation
   * @param warnings collects anomalies
   * @return the evaluation
   * @throws FormatException if the ground truth lacks a field that the type requires, a detection
   *     is of an unlisted image, or a mask is invalid; with {@link
   *     dev.dovetail.formats.Strictness#STRICT}, also for anomalies
   * @throws IllegalArgumentException if the parameters select images or categories that the ground
   *     truth does not list
   */
  public static CocoEvaluation of(
      CocoDataset dataset, CocoResults results, CocoParams params, Warnings warnings)
      throws IOException {
    return CocoEvaluator.of(dataset, results, params, warnings).summarise();
  }

  /**
   * Evaluates a file of results, plain or compressed with gzip, on all processors.
   *
   * @param truth the ground truth, a JSON file of COCO or LVIS
   * @param results the detections, a JSON list of results
   * @param params the parameters of the evaluation, such as {@code CocoParams.of(IouType.BBOX)}
   * @param warnings collects anomalies
   * @return the evaluation
   * @throws FormatException if a file does not have the expected format, the ground truth lacks a
   *     field that the type requires, or a detection is of an unlisted image
   * @throws IOException if a file cannot be read
   * @throws IllegalArgumentException if the parameters select images or categories that the ground
   *     truth does not list
   */
  public static CocoEvaluation of(Path truth, Path results, CocoParams params, Warnings warnings)
      throws IOException {
    CocoFiles files = CocoFiles.read(truth, results, warnings);
    return of(files.truth(), files.results(), params, warnings);
  }

  /** {@return the type of overlaps} */
  public IouType type() {
    return params.type();
  }

  /** {@return the parameters of the evaluation} */
  public CocoParams params() {
    return params;
  }

  /** {@return the number of evaluated images} */
  public int images() {
    return images;
  }

  /** {@return the categories in the order of the arrays: ascending by id} */
  public List<CocoCategory> categories() {
    return categories;
  }

  /**
   * {@return the name of the evaluation in the protocol's tools: {@code bbox}, {@code lvis_bbox},
   * …}
   */
  public String label() {
    return switch (params.protocol()) {
      case COCO -> type().label();
      case LVIS -> "lvis_" + type().label();
      case CITYSCAPES -> "cityscapes_" + type().label();
    };
  }

  /**
   * {@return the names of the summary metrics: AP, AP50, AP75, APs, APm, APl, AR1, AR10, AR100,
   * ARs, …}
   */
  public List<String> statNames() {
    return statistics.stream().map(Statistic::name).toList();
  }

  /** {@return the summary metrics: 12, or 10 for keypoints, 13 for LVIS, 2 for Cityscapes} */
  public double[] stats() {
    return stats.clone();
  }

  /**
   * {@return one of the summary metrics}
   *
   * @param name one of {@link #statNames}: {@code AP}, {@code AP50}, …
   * @throws IllegalArgumentException if the summary has no metric of that name
   */
  public double stat(String name) {
    int index = statNames().indexOf(name);
    if (index < 0) {
      throw new IllegalArgumentException(
          "unknown metric " + name + "; expected one of " + String.join(", ", statNames()));
    }
    return stats[index];
  }

  List<Statistic> statistics() {
    return statistics;
  }

  /** {@return the means over every size class, at the largest maxDets} */
  public List<SizeMetrics> perSize() {
    return IntStream.range(0, params.areas().size())
        .mapToObj(
            a ->
                new SizeMetrics(
                    params.areas().get(a), summary.ap(a), summary.ar(a), summary.categoriesWith(a)))
        .toList();
  }

  /** {@return the metrics of every category, ascending by id} */
  public List<CategoryMetrics> perCategory() {
    return IntStream.range(0, categories.size())
        .mapToObj(
            k ->
                new CategoryMetrics(
                    categories.get(k).key(), categories.get(k).name(), summary.category(k)))
        .toList();
  }

  /**
   * {@return {@code [T, R, K, A, M]}: precision at IoU and recall threshold, category, size,
   * maxDets}
   */
  public double[] precision() {
    return curves.precision().clone();
  }

  /** {@return {@code [T, R, K, A, M]}: the score threshold at which that precision is reached} */
  public double[] scores() {
    return curves.scores().clone();
  }

  /** {@return {@code [T, K, A, M]}: the highest recall} */
  public double[] recall() {
    return curves.recall().clone();
  }

  /**
   * {@return the shapes of the arrays by name; LVIS and Cityscapes have neither an axis of maxDets
   * nor scores}
   */
  public Map<String, int[]> arrayShapes() {
    int t = params.iouThresholds().length;
    int r = params.recallThresholds().length;
    int k = categories.size();
    int a = params.areas().size();
    int m = params.maxDets().length;
    Map<String, int[]> shapes = new LinkedHashMap<>();
    if (params.protocol() != Protocol.COCO) {
      shapes.put("precision", new int[] {t, r, k, a});
      shapes.put("recall", new int[] {t, k, a});
    } else {
      shapes.put("precision", new int[] {t, r, k, a, m});
      shapes.put("recall", new int[] {t, k, a, m});
      shapes.put("scores", new int[] {t, r, k, a, m});
    }
    return shapes;
  }

  /**
   * {@return the SHA-256 of each array as little-endian doubles, by name; equal if and only if the
   * bits are equal}
   */
  public Map<String, String> arraySha256() {
    Map<String, String> hashes = new LinkedHashMap<>();
    hashes.put("precision", CurveArrays.sha256(curves.precision()));
    hashes.put("recall", CurveArrays.sha256(curves.recall()));
    if (params.protocol() == Protocol.COCO) {
      hashes.put("scores", CurveArrays.sha256(curves.scores()));
    }
    return hashes;
  }
}
