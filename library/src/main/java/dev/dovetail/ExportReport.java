package dev.dovetail;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What was exported.
 *
 * @param files the files written and their bytes: the weights if they lie beside the model, then the
 *     model
 * @param check a table of the differences between the file and the model on a random image
 * @param json the same with every digit
 */
public record ExportReport(Map<Path, Long> files, String check, String json) {

  public ExportReport {
    files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
  }
}
