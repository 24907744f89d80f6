package dev.dovetail.eval.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * The log of a training run.
 *
 * @param planned the number of steps of the whole training
 * @param steps the logged steps, all or some, in the order of the log. If a step was logged twice,
 *     by a run that was killed and resumed, the later entry is used
 * @param evaluations in the order of the log; the later entry is used for them, too
 * @param metric the metric that decides which evaluation is best, such as {@code segm.AP}; higher
 *     is better
 * @param recipe the settings of the training by dotted name
 */
public record TrainingHistory(
    long planned,
    List<Step> steps,
    List<Evaluation> evaluations,
    String metric,
    Map<String, String> recipe) {

  /** The name of the sum of all loss terms. */
  static final String LOSS = "loss";

  private static final String PER_CLASS = "_per_class";

  /** Sorts steps and evaluations by iteration. */
  public TrainingHistory {
    Map<Long, Step> byIteration = new TreeMap<>();
    steps.forEach(step -> byIteration.put(step.iteration(), step));
    steps = List.copyOf(byIteration.values());
    Map<Long, Evaluation> evaluated = new TreeMap<>();
    evaluations.forEach(evaluation -> evaluated.put(evaluation.iteration(), evaluation));
    evaluations = List.copyOf(evaluated.values());
    recipe = Collections.unmodifiableMap(new LinkedHashMap<>(recipe));
  }

  /**
   * A step of the optimizer.
   *
   * @param iteration the number of steps so far, including this one
   * @param losses the loss terms by name, and their sum as {@code loss}
   * @param rate the learning rate
   * @param gradientNorm the Euclidean norm of all gradients before clipping
   * @param seconds the duration of the step, including the wait for its images
   * @param waited the seconds of this duration that were spent waiting for images
   */
  public record Step(
      long iteration,
      Map<String, Double> losses,
      double rate,
      double gradientNorm,
      double seconds,
      double waited) {

    /** Copies the losses. */
    public Step {
      losses = Collections.unmodifiableMap(new LinkedHashMap<>(losses));
    }

    double loss(String name) {
      return losses.getOrDefault(name, Double.NaN);
    }
  }

  /**
   * An evaluation.
   *
   * @param iteration the number of steps so far
   * @param numbers metrics over the whole data set by dotted name: fractions, NaN for a missing
   *     value
   * @param perClass metrics of each class, by the name of the metric and that of the class
   * @param best whether no earlier evaluation was better
   */
  public record Evaluation(
      long iteration,
      Map<String, Double> numbers,
      Map<String, Map<String, Double>> perClass,
      boolean best) {

    /** Copies the numbers. */
    public Evaluation {
      numbers = Collections.unmodifiableMap(new LinkedHashMap<>(numbers));
      perClass = Collections.unmodifiableMap(new LinkedHashMap<>(perClass));
    }

    /**
     * {@return an evaluation from a tree of metrics} Counts, which are integers, are ignored. A
     * missing value is null, NaN or -1.
     *
     * @param values the metrics as reported by a task: nested maps of numbers, where {@code
     *     NAME_per_class} contains the metric {@code NAME} of each class
     */
    public static Evaluation of(long iteration, Map<String, ?> values, boolean best) {
      Map<String, Double> numbers = new LinkedHashMap<>();
      Map<String, Map<String, Double>> perClass = new LinkedHashMap<>();
      collect("", values, numbers, perClass);
      return new Evaluation(iteration, numbers, perClass, best);
    }

    private static void collect(
        String prefix,
        Map<?, ?> values,
        Map<String, Double> numbers,
        Map<String, Map<String, Double>> perClass) {
      for (Map.Entry<?, ?> entry : values.entrySet()) {
        String name = prefix + entry.getKey();
        Object value = entry.getValue();
        if (value instanceof Map<?, ?> classes && name.endsWith(PER_CLASS)) {
          Map<String, Double> each = new LinkedHashMap<>();
          classes.forEach((key, number) -> each.put(key.toString(), number(number)));
          perClass.put(name.substring(0, name.length() - PER_CLASS.length()), each);
        } else if (value instanceof Map<?, ?> group) {
          collect(name + ".", group, numbers, perClass);
        } else if (!(value instanceof Integer || value instanceof Long)) {
          numbers.put(name, number(value));
        }
      }
    }

    private static double number(Object value) {
      double number = value instanceof Number n ? n.doubleValue() : Double.NaN;
      return number == -1 ? Double.NaN : number;
    }

    double number(String name) {
      return numbers.getOrDefault(name, Double.NaN);
    }
  }

  /** The names of the losses of all steps, the sum first. */
  List<String> terms() {
    return names(LOSS, steps.stream().map(step -> step.losses().keySet()).toList());
  }

  /** The names of the metrics of all evaluations. */
  List<String> numbers() {
    return names("", evaluations.stream().map(e -> e.numbers().keySet()).toList());
  }

  private static List<String> names(String first, Collection<? extends Collection<String>> all) {
    LinkedHashMap<String, Boolean> names = new LinkedHashMap<>();
    all.forEach(some -> some.forEach(name -> names.put(name, true)));
    List<String> sorted = new ArrayList<>(names.keySet());
    if (sorted.remove(first)) {
      sorted.add(0, first);
    }
    return sorted;
  }

  /** The best evaluation. */
  Optional<Evaluation> best() {
    return evaluations.stream().filter(Evaluation::best).reduce((earlier, later) -> later);
  }

  /** A sum over all steps. A logged step also represents the unlogged steps before it. */
  double sum(ToDoubleFunction<Step> value) {
    double sum = 0;
    long before = 0;
    for (Step step : steps) {
      sum += (step.iteration() - before) * value.applyAsDouble(step);
      before = step.iteration();
    }
    return sum;
  }

  /** Whether every step was logged. */
  boolean isComplete() {
    return steps.isEmpty() || steps.get(steps.size() - 1).iteration() == steps.size();
  }

  double[] iterations() {
    return steps.stream().mapToDouble(Step::iteration).toArray();
  }
}
