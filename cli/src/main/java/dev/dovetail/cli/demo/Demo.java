package dev.dovetail.cli.demo;

import dev.dovetail.DovetailModel;
import dev.dovetail.EvaluationOptions;
import dev.dovetail.EvaluationReport;
import dev.dovetail.cli.console.ConsoleProgress;
import dev.dovetail.cli.score.ScoreReport;
import dev.dovetail.files.DataFolder;
import dev.dovetail.files.OutputFile;
import dev.dovetail.images.ImageSource;
import dev.dovetail.sample.SampleOptions;
import dev.dovetail.sample.SampleSet;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The steps of a demo. Users can do each step themselves with a command or a library call.
 *
 * @param place the output directory
 * @param pictures the number of images to draw
 * @param err receives progress
 */
record Demo(DemoFolder place, int pictures, PrintWriter err) {

  /** Differs from the default of {@code sample}, so that no model was trained on these images. */
  private static final long SEED = 20261130;

  /** Objects with lower scores are not drawn. */
  private static final float SHOWN_FROM = 0.5f;

  /** Number of images for which predictions are drawn. */
  private static final int SHOWN = 12;

  /** Draws images that the models have not seen, and their annotations. */
  void drawSet() throws IOException {
    say("drawing " + pictures + " images and their annotations");
    SampleOptions standard = SampleOptions.STANDARD;
    SampleOptions options = new SampleOptions(1, pictures, standard.size(), SEED);
    try (ConsoleProgress progress = ConsoleProgress.of(err, "pictures")) {
      progress.start(options.train() + options.val(), 0);
      SampleSet.draw(place.set(), options, false, progress::step);
    }
  }

  /** Evaluates boxes and masks. */
  EvaluationReport detect(DovetailModel model) throws IOException {
    say("detecting objects");
    EvaluationReport report = evaluate(model, place.instances(), place.detection());
    draw(model, place.pictures().resolve("detection"));
    for (Map.Entry<String, String> type : Map.of("bbox", "boxes", "segm", "masks").entrySet()) {
      report(
          type.getValue(),
          List.of(
              "--type",
              type.getKey(),
              "--gt",
              place.instances().toString(),
              "--dt",
              place.detection().resolve(type.getKey() + ".json").toString()));
    }
    return report;
  }

  /** Evaluates the classes of all pixels. */
  EvaluationReport segment(DovetailModel model) throws IOException {
    say("classifying pixels");
    EvaluationReport report = evaluate(model, place.labelMaps(), place.segmentation());
    draw(model, place.pictures().resolve("segmentation"));
    report(
        "classes",
        List.of(
            "--type",
            "semantic",
            "--gt",
            place.labelMaps().toString(),
            "--dt",
            place.segmentation().resolve("label_maps").toString(),
            "--classes",
            Integer.toString(model.classes().size()),
            "--reduce-zero-label",
            "--class-names",
            place.set().resolve("classes.txt").toString()));
    return report;
  }

  private EvaluationReport evaluate(DovetailModel model, Path annotations, Path out)
      throws IOException {
    try (ConsoleProgress progress = ConsoleProgress.of(err, "pictures")) {
      return model.evaluate(
          EvaluationOptions.of(place.images(), annotations).toBuilder()
              .out(out)
              .progress(progress)
              .build());
    }
  }

  /** Draws a model's predictions for the first images. */
  private void draw(DovetailModel model, Path folder) throws IOException {
    OutputFile.createFolder(folder);
    List<Path> files = DataFolder.files(place.images()).stream().limit(SHOWN).toList();
    model.predict(
        files.stream().map(ImageSource::of).toList(),
        1,
        (index, image, prediction) ->
            prediction
                .above(SHOWN_FROM)
                .save(image, folder, DataFolder.stem(place.images(), files.get(index))));
  }

  /** Writes the pages of {@code score --report}. */
  private void report(String name, List<String> arguments) throws IOException {
    Stream<String> images = Stream.of("--images", place.images().toString());
    ScoreReport.write(
        place.reports().resolve(name), Stream.concat(arguments.stream(), images).toList(), err);
  }

  private void say(String line) {
    err.println("demo: " + line);
  }
}
