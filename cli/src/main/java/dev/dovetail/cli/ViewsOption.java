package dev.dovetail.cli;

import dev.dovetail.ModelBuilder;
import dev.dovetail.cli.console.UsageException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** Option for test-time augmentation. */
final class ViewsOption {

  private static final String FLIP = "flip";
  private static final Pattern SCALE = Pattern.compile("\\d{1,3}(\\.\\d{1,9})?|\\.\\d{1,9}");

  @Option(
      names = "--tta",
      paramLabel = "VIEWS",
      description =
          "merge several views of each image: scales, and 'flip' to mirror each of them, such"
              + " as flip or flip,0.75,1,1.25 (overrides the config's test.augment)")
  private String views;

  /** Returns the views of each image. */
  ModelBuilder in(ModelBuilder builder) {
    if (views == null) {
      return builder;
    }
    boolean flip = false;
    List<Double> scales = new ArrayList<>();
    for (String view : views.split(",", -1)) {
      String word = view.strip();
      if (word.equals(FLIP) && !flip) {
        flip = true;
      } else if (SCALE.matcher(word).matches()) {
        scales.add(Double.parseDouble(word));
      } else {
        throw new UsageException(
            "--tta "
                + views
                + ": expected scales, and 'flip' at most once, such as flip,0.75,1,1.25");
      }
    }
    if (scales.isEmpty()) {
      scales.add(1.0);
    }
    try {
      return builder.augment(flip, scales.stream().mapToDouble(scale -> scale).toArray());
    } catch (IllegalArgumentException e) {
      throw new UsageException("--tta " + views + ": " + e.getMessage());
    }
  }
}
