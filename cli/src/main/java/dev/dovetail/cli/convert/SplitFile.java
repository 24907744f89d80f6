package dev.dovetail.cli.convert;

import dev.dovetail.cli.console.UsageException;
import dev.dovetail.cli.labels.LabelSource;
import dev.dovetail.cli.labels.PathIndex;
import dev.dovetail.files.TextFile;
import dev.dovetail.files.WrittenName;
import dev.dovetail.formats.LabelledImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A text file that selects images, one per line, by name or path. Paths may have different leading
 * directories.
 */
record SplitFile(Path file) {

  /**
   * Returns the images in the order of the file.
   *
   * @throws UsageException if an image is not in the source, or occurs twice
   */
  List<String> names(LabelSource source) throws IOException {
    PathIndex<String> known = new PathIndex<>();
    source.names().forEach(name -> known.add(name, name));
    Set<String> chosen = new LinkedHashSet<>();
    for (String line : TextFile.lines(file)) {
      // In VOC's list for one class, a number after the name tells if the image shows the class.
      String path = line.strip().replaceFirst("\\s+-?[01]$", "");
      if (path.isEmpty()) {
        continue;
      }
      List<String> found = known.find(path);
      found = found.isEmpty() ? known.find(LabelledImage.stem(path)) : found;
      if (found.size() != 1) {
        throw new UsageException(
            file
                + (": \"" + path)
                + (found.isEmpty() ? "\" is not in " : "\" matches more than one image in ")
                + source.folder()
                + (found.isEmpty() ? new WrittenName(path).hint() : ": " + found));
      }
      if (!chosen.add(found.get(0))) {
        throw new UsageException(file + ": \"" + path + "\" occurs twice");
      }
    }
    return List.copyOf(chosen);
  }
}
