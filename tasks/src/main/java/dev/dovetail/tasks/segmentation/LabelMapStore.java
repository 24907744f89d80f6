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
import java.util.HashMap;
import java.util.Map;

/**
 * A PNG file for every image.
 *
 * @param values the stored value of each class; empty for the classes themselves
 */
record LabelMapStore(OutputFolder folder, Map<Integer, Integer> values)
    implements ResultStore<LabelMap> {

  /** The class of values that are not classes. Files written by this store never contain it. */
  private static final int NO_CLASS = 255;

  private Path file(Sample sample) {
    return folder.file(name(sample));
  }

  private static String name(Sample sample) {
    return "label_maps/" + sample.name() + ".png";
  }

  /** {@inheritDoc} The checksums of the file are verified without decoding it. */
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
    folder.write(name(sample), file -> LabelPng.write(file, stored(result)));
  }

  @Override
  public void finish(Iterable<Sample> earlier, Visitor<LabelMap> visitor) throws IOException {
    for (Sample sample : earlier) {
      visitor.visit(sample, classes(LabelPng.read(file(sample))));
    }
  }

  private LabelMap stored(LabelMap classes) {
    return values.isEmpty() ? classes : classes.mapped(values, NO_CLASS);
  }

  private LabelMap classes(LabelMap stored) {
    if (values.isEmpty()) {
      return stored;
    }
    Map<Integer, Integer> table = new HashMap<>();
    values.forEach((label, value) -> table.put(value, label));
    return stored.mapped(table, NO_CLASS);
  }

  @Override
  public void close() {}
}
