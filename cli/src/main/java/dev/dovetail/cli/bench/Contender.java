package dev.dovetail.cli.bench;

import dev.dovetail.EvaluationReport;
import dev.dovetail.internal.Int8;
import dev.dovetail.runtime.Settings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The state of a model in a benchmark. */
final class Contender implements AutoCloseable {

  private Subject subject;
  private final List<BenchResult.BatchProfile> profiles = new ArrayList<>();
  private Optional<Subject.Opened> opened = Optional.empty();
  private Optional<EvaluationReport> accuracy = Optional.empty();
  private boolean refused;
  private double seconds;

  Contender(Subject subject) {
    this.subject = subject;
  }

  String name() {
    return subject.name();
  }

  /** Calibrates the model for 8-bit integers, before it is opened. */
  void calibrate(Int8 int8, Settings settings, Consumer<String> notes) throws IOException {
    refused = true;
    subject = subject.calibrated(int8, settings, notes);
    refused = false;
  }

  /** Opens the model if it is not open yet. */
  void open(Settings settings) throws IOException {
    if (opened.isEmpty()) {
      refused = true;
      Stopwatch watch = new Stopwatch();
      opened = Optional.of(subject.open(settings));
      seconds = watch.lap();
      refused = false;
    }
  }

  /** Returns whether calibrating or opening the model failed, so that it is not tried again. */
  boolean isRefused() {
    return refused;
  }

  boolean isOpen() {
    return opened.isPresent();
  }

  /** Returns the open model. */
  Subject.Opened opened() {
    return opened.orElseThrow();
  }

  /** Returns how long opening took. */
  double seconds() {
    return seconds;
  }

  void add(BenchResult.BatchProfile profile) {
    profiles.add(profile);
  }

  void scored(EvaluationReport report) {
    accuracy = Optional.of(report);
  }

  BenchResult.Model facts() {
    return new BenchResult.Model(
        opened().config().hash(), opened().weights(), List.copyOf(profiles), accuracy);
  }

  @Override
  public void close() throws IOException {
    if (opened.isPresent()) {
      opened.get().close();
    }
  }
}
