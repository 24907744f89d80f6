package dev.dovetail;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The result of an export.
 *
 * @param files the files written and their sizes in bytes; the model is the last one
 * @param check a table of the differences between file and model on a random image
 * @param json the same differences at full precision
 */
public record ExportReport(Map<Path, Long> files, String check, String json) {

  public ExportReport {
    files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
  }
}
