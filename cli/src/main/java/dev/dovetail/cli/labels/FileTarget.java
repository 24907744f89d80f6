package dev.dovetail.cli.labels;

import dev.dovetail.formats.LabelledImage;
import dev.dovetail.formats.cvat.CvatWriter;
import dev.dovetail.formats.labelstudio.LabelStudioWriter;
import dev.dovetail.formats.predictions.ObjectsCsv;
import java.io.Closeable;
import java.io.IOException;

/** Writes all images to a single file. */
final class FileTarget<W extends Closeable> implements LabelTarget {

  interface Adding<W> {
    void add(W writer, LabelledImage image) throws IOException;
  }

  interface Finishing<W> {
    void finish(W writer) throws IOException;
  }

  private final W writer;
  private final Adding<W> adding;
  private final Finishing<W> finishing;

  private FileTarget(W writer, Adding<W> adding, Finishing<W> finishing) {
    this.writer = writer;
    this.adding = adding;
    this.finishing = finishing;
  }

  static LabelTarget cvat(TargetRequest request) throws IOException {
    return new FileTarget<>(
        new CvatWriter(request.out(), request.names()), CvatWriter::add, CvatWriter::finish);
  }

  static LabelTarget labelStudio(TargetRequest request) throws IOException {
    return new FileTarget<>(
        new LabelStudioWriter(request.out(), request.detections()),
        LabelStudioWriter::add,
        LabelStudioWriter::finish);
  }

  static LabelTarget csv(TargetRequest request) throws IOException {
    return new FileTarget<>(new ObjectsCsv(request.out()), ObjectsCsv::add, ObjectsCsv::finish);
  }

  @Override
  public void add(LabelledImage image) throws IOException {
    adding.add(writer, image);
  }

  @Override
  public void finish() throws IOException {
    finishing.finish(writer);
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }
}
