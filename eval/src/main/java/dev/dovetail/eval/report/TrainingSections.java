package dev.dovetail.eval.report;

import dev.dovetail.eval.TextTable;
import dev.dovetail.eval.report.TrainingHistory.Evaluation;
import dev.dovetail.eval.report.TrainingHistory.Step;
import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** The sections of a training's report: losses, learning rates, evaluations, time and settings. */
public final class TrainingSections {

  /** A chart has a logarithmic axis if its highest value is at least this many times the median. */
  private static final double WIDE = 10;

  private static final int ROWS = 60;
  private static final int LINES = 3;

  private final TrainingHistory history;
  private final double[] iterations;

  private TrainingSections(TrainingHistory history) {
    this.history = history;
    this.iterations = history.iterations();
  }

  /**
   * {@return all sections of a training}
   *
   * @param history the log of the training so far
   */
  public static List<Section> of(TrainingHistory history) {
    TrainingSections all = new TrainingSections(history);
    List<Section> sections = new ArrayList<>();
    sections.add(all.summary());
    if (!history.evaluations().isEmpty()) {
      sections.add(all.validation());
    }
    history
        .best()
        .filter(best -> !best.perClass().isEmpty())
        .map(all::classes)
        .ifPresent(sections::add);
    if (!history.steps().isEmpty()) {
      sections.add(all.losses());
      sections.add(all.rates());
      sections.add(all.time());
    }
    sections.add(all.recipe());
    return sections;
  }

  private Section summary() {
    List<Step> steps = history.steps();
    Tiles tiles = new Tiles();
    tiles.add("steps of " + history.planned(), Long.toString(lastIteration()));
    history
        .best()
        .ifPresent(
            best -> {
              tiles.percent("best " + history.metric(), best.number(history.metric()), 2);
              tiles.add("steps to the best evaluation", Long.toString(best.iteration()));
            });
    if (!steps.isEmpty()) {
      tiles.add("loss of the last step", loss(steps.get(steps.size() - 1).loss("loss")));
      tiles.add("seconds per step, median", seconds(curve(Step::seconds).median()));
      tiles.add("time of all steps", duration(history.sum(Step::seconds)));
    }
    String missing =
        steps.isEmpty() && history.evaluations().isEmpty()
            ? "No step has been completed yet."
            : "Metrics are in percent. The time covers the steps without evaluations"
                + (history.isComplete() ? "." : ", computed from the steps in the log.");
    return new Section("summary", "Summary", List.of(Section.paragraph(missing), tiles.element()));
  }

  private long lastIteration() {
    List<Step> steps = history.steps();
    return steps.isEmpty() ? 0 : steps.get(steps.size() - 1).iteration();
  }

  private static String duration(double seconds) {
    long minutes = Math.round(seconds / 60);
    return minutes == 0
        ? Math.round(seconds) + " s"
        : minutes < 60
            ? minutes + " min"
            : minutes / 60 + " h " + String.format(Locale.ROOT, "%02d", minutes % 60) + " min";
  }

  private Section losses() {
    List<DomContent> figures = new ArrayList<>();
    List<String> terms = history.terms();
    for (String term : terms) {
      boolean sum = term.equals(TrainingHistory.LOSS);
      figures.add(
          Section.figure(
              sum ? "Loss: the sum of all terms" : term,
              chart(sum ? "loss" : term, step -> step.loss(term)).element()));
    }
    if (terms.size() == 2) {
      figures.remove(1); // a single term equals the sum
    }
    return new Section(
        "losses",
        "Losses",
        List.of(
            Section.paragraph(lines()),
            Section.figures(figures.toArray(DomContent[]::new)),
            Section.details("Values by step", table())));
  }

  private String lines() {
    int window = Curve.window(iterations.length);
    String step = history.isComplete() ? "step" : "step in the log";
    return window == 1
        ? "Each " + step + "."
        : "Thin line: each " + step + ". Bold line: the moving mean over " + window + " values.";
  }

  private DomContent table() {
    List<String> terms = history.terms();
    List<String> head = new ArrayList<>(List.of("step"));
    head.addAll(terms);
    head.addAll(List.of("learning rate", "gradient norm", "seconds", "waited"));
    HtmlTable table = new HtmlTable(head);
    int n = history.steps().size();
    int rows = Math.min(n, ROWS);
    IntStream.range(0, rows)
        .map(row -> rows == 1 ? 0 : (int) ((long) (n - 1) * row / (rows - 1)))
        .mapToObj(history.steps()::get)
        .forEach(
            step -> {
              List<DomContent> cells = new ArrayList<>();
              terms.forEach(term -> cells.add(HtmlTable.numeric(loss(step.loss(term)))));
              cells.add(HtmlTable.numeric(scientific(step.rate())));
              cells.add(HtmlTable.numeric(loss(step.gradientNorm())));
              cells.add(HtmlTable.numeric(seconds(step.seconds())));
              cells.add(HtmlTable.numeric(seconds(step.waited())));
              table.row(Long.toString(step.iteration()), cells);
            });
    return table.tall();
  }

  /** Also shows a value that is not finite, because it ended the training. */
  private static String loss(double value) {
    return TextTable.fixed(value, 4);
  }

  private static String seconds(double value) {
    return Double.isNaN(value) ? "–" : TextTable.fixed(value, 3);
  }

  private static String scientific(double value) {
    return String.format(Locale.ROOT, "%.3e", value);
  }

  private Section rates() {
    return new Section(
        "rates",
        "Learning rate and gradients",
        List.of(
            Section.paragraph(lines()),
            Section.figures(
                Section.figure(
                    "Learning rate of the parameter groups without a scale", rate().element()),
                Section.figure(
                    "Norm of all gradients before clipping",
                    chart("gradient norm", Step::gradientNorm).element()))));
  }

  /** Without a smoothed line, which would round the corners of the schedule. */
  private Plot rate() {
    Curve rate = curve(Step::rate);
    Plot plot = new Plot("Learning rate by step", across(), fromZero("learning rate", rate));
    return draw(plot, rate);
  }

  private Section time() {
    double all = history.sum(Step::seconds);
    double waited = history.sum(Step::waited);
    Curve seconds = curve(Step::seconds);
    Curve share = curve(step -> 100 * step.waited() / step.seconds());
    Tiles tiles =
        new Tiles()
            .add("seconds per step, median", seconds(seconds.median()))
            .add("slowest step, seconds", seconds(seconds.highest()))
            .percent("% waiting for images", all > 0 ? waited / all : Double.NaN, 1)
            .add("computing", duration(all - waited))
            .add("waiting for images", duration(waited));
    return new Section(
        "time",
        "Time",
        List.of(
            Section.paragraph(
                "A step waits if the threads that decode and augment images are slower than the"
                    + " steps. "
                    + lines()),
            tiles.element(),
            Section.figures(
                Section.figure(
                    "Seconds per step, including the wait for images",
                    chart("seconds", Step::seconds).element()),
                Section.figure(
                    "Percentage of this time spent waiting for images",
                    chart("percent", share, fromZero("percent", share)).element()))));
  }

  /** The points of all steps, with a smoothed line if there are many. */
  private Plot chart(String name, ToDoubleFunction<Step> value) {
    Curve curve = curve(value);
    return chart(name, curve, scale(name, curve));
  }

  private Plot chart(String name, Curve curve, Axis up) {
    Plot plot = new Plot(name + " by step", across(), up);
    if (Curve.window(iterations.length) > 1) {
      Curve raw = curve.thinned();
      plot.raw(raw.xs(), raw.ys());
    }
    return draw(plot, curve.smoothed());
  }

  private static Plot draw(Plot plot, Curve curve) {
    Curve thinned = curve.thinned();
    plot.curve(thinned.xs(), thinned.ys());
    // A line needs at least two points.
    if (curve.xs().length == 1) {
      plot.dot(curve.xs()[0], curve.ys()[0], "mark", Double.toString(curve.ys()[0]));
    }
    return plot;
  }

  private Curve curve(ToDoubleFunction<Step> value) {
    return new Curve(iterations, history.steps().stream().mapToDouble(value).toArray());
  }

  private Axis across() {
    long evaluated =
        history.evaluations().stream().mapToLong(Evaluation::iteration).max().orElse(0);
    return Axis.exact("step", 0, Math.max(evaluated, lastIteration()));
  }

  /** An axis from 0, or a logarithmic one if a few high values would flatten all others. */
  private static Axis scale(String title, Curve curve) {
    return curve.lowest() > 0 && curve.highest() > WIDE * curve.median()
        ? Axis.logarithmic(title, curve.lowest(), curve.highest())
        : fromZero(title, curve);
  }

  private static Axis fromZero(String title, Curve curve) {
    double high = curve.highest();
    return Double.isNaN(high)
        ? Axis.unit(title)
        : Axis.around(title, Math.min(0, curve.lowest()), Math.max(0, high));
  }

  private Section validation() {
    List<String> numbers = history.numbers();
    Map<String, List<String>> groups = new LinkedHashMap<>();
    for (String number : numbers) {
      String group = number.contains(".") ? number.substring(0, number.lastIndexOf('.')) : "";
      groups.computeIfAbsent(group, g -> new ArrayList<>()).add(number);
    }
    List<DomContent> figures = new ArrayList<>();
    groups.forEach(
        (group, names) ->
            figures.add(
                Section.figure(
                    group.isEmpty() ? "Validation" : "Validation, " + group,
                    metrics(names.subList(0, Math.min(LINES, names.size()))).element())));
    String best =
        history
            .best()
            .map(
                e ->
                    "The best evaluation by "
                        + history.metric()
                        + (" is the one after " + e.iteration() + " steps; it is marked."))
            .orElse("");
    return new Section(
        "validation",
        "Validation",
        List.of(
            Section.paragraph("In percent. " + best),
            Section.figures(figures.toArray(DomContent[]::new)),
            evaluations(numbers)));
  }

  private Plot metrics(List<String> names) {
    List<Evaluation> evaluations = history.evaluations();
    double[] xs = evaluations.stream().mapToDouble(Evaluation::iteration).toArray();
    double[][] ys =
        names.stream()
            .map(name -> evaluations.stream().mapToDouble(e -> 100 * e.number(name)).toArray())
            .toArray(double[][]::new);
    double[] finite =
        Arrays.stream(ys).flatMapToDouble(DoubleStream::of).filter(Double::isFinite).toArray();
    Axis up = Axis.around("percent", 0, Math.max(1, Arrays.stream(finite).max().orElse(100)));
    Plot plot = new Plot("Metrics by step", across(), up);
    for (int n = 0; n < names.size(); n++) {
      String name = names.get(n).substring(names.get(n).lastIndexOf('.') + 1);
      plot.line(name, xs, ys[n]);
    }
    for (int n = 0; n < names.size(); n++) {
      for (int e = 0; e < xs.length; e++) {
        boolean best = history.best().filter(evaluations.get(e)::equals).isPresent();
        plot.dot(
            xs[e],
            ys[n][e],
            best ? "dot better" : "dot d" + (n + 1),
            names.get(n)
                + (" " + TextTable.fixed(ys[n][e], 2))
                + (" after " + evaluations.get(e).iteration() + " steps")
                + (best ? ", the best" : ""));
      }
    }
    return plot;
  }

  private DomContent evaluations(List<String> numbers) {
    List<String> head = new ArrayList<>(List.of("steps", "best"));
    head.addAll(numbers);
    HtmlTable table = new HtmlTable(head);
    for (Evaluation evaluation : history.evaluations()) {
      List<DomContent> cells = new ArrayList<>();
      boolean best = history.best().filter(evaluation::equals).isPresent();
      cells.add(HtmlTable.text(best ? "best" : ""));
      for (String number : numbers) {
        double value = evaluation.number(number);
        cells.add(
            number.equals(history.metric()) ? HtmlTable.bar(value) : HtmlTable.percent(value));
      }
      table.row(Long.toString(evaluation.iteration()), cells);
    }
    return table.tall();
  }

  private Section classes(Evaluation best) {
    List<String> head = new ArrayList<>(List.of("class"));
    head.addAll(best.perClass().keySet());
    Set<String> classes = new LinkedHashSet<>();
    best.perClass().values().forEach(each -> classes.addAll(each.keySet()));
    HtmlTable table = new HtmlTable(head);
    for (String name : classes) {
      table.row(
          name,
          best.perClass().values().stream()
              .map(each -> HtmlTable.bar(each.getOrDefault(name, Double.NaN)))
              .toList());
    }
    return new Section(
        "classes",
        "By class",
        List.of(
            Section.paragraph(
                "The best evaluation, after "
                    + best.iteration()
                    + " steps, in percent. A dash marks a class that does not occur. Click a"
                    + " heading to sort."),
            table.tall()));
  }

  private Section recipe() {
    HtmlTable table = new HtmlTable(List.of("setting", "value"));
    history.recipe().forEach((name, value) -> table.row(name, List.of(HtmlTable.text(value))));
    return new Section(
        "recipe",
        "Recipe",
        List.of(Section.paragraph("The settings of the training."), table.element()));
  }
}
