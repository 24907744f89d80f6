package dev.dovetail;

import java.nio.file.Path;
import java.util.List;

/**
 * What was exported.
 *
 * @param files the model first, then its weights if they lie beside it
 * @param check a table of the differences between the file and the model on a random image
 * @param json the same with every digit
 */
public record ExportReport(List<Path> files, String check, String json) {

  public ExportReport {
    files = List.copyOf(files);
  }
}
