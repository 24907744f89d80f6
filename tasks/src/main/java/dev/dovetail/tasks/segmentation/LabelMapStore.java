package dev.dovetail.tasks.segmentation;

import dev.dovetail.files.OutputException;
import dev.dovetail.formats.image.BadImageException;
import dev.dovetail.formats.image.PngFile;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.formats.semantic.LabelPng;
import dev.dovetail.tasks.OutputFolder;
import dev.dovetail.tasks.ResultStore;
import dev.dovetail.tasks.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A PNG file for every image. */
record LabelMapStore(OutputFolder folder) implements ResultStore<LabelMap> {

  private Path file(Sample sample) {
    return folder.file(name(sample));
  }

  private static String name(Sample sample) {
    return "label_maps/" + sample.name() + ".png";
  }

  /** The file's checksums tell whether it is whole, without decoding it. */
  @Override
  public boolean holds(Sample sample) throws IOException {
    if (!Files.exists(file(sample))) {
      return false;
    }
    try {
      PngFile.read(file(sample));
      return true;
    } catch (BadImageException e) {
      return false;
    }
  }

  @Override
  public void write(Sample sample, LabelMap result) throws OutputException {
    folder.write(name(sample), file -> LabelPng.write(file, result));
  }

  @Override
  public void finish(Iterable<Sample> earlier, Visitor<LabelMap> visitor) throws IOException {
    for (Sample sample : earlier) {
      visitor.visit(sample, LabelPng.read(file(sample)));
    }
  }

  @Override
  public void close() {}
}
