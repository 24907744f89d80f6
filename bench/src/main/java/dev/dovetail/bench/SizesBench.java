package dev.dovetail.bench;

import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.Features;
import dev.dovetail.core.DType;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.Trace;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.runtime.Settings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures the cost of image sizes that are not multiples of a backbone's window. */
@Command(
    name = "sizes",
    mixinStandardHelpOptions = true,
    description =
        "compares the time per pixel of a backbone at sizes that its windows do and do not divide")
final class SizesBench implements Callable<Integer> {

  @Parameters(
      index = "0",
      paramLabel = "PRESET",
      defaultValue = "swin_tiny_patch4_window7_224",
      description = "a published variant (default: ${DEFAULT-VALUE})")
  private String preset;

  @Option(
      names = "--pairs",
      paramLabel = "HxW:HxW",
      split = ",",
      defaultValue = "512x512:448x448,800x1344:784x1344,1000x1000:1008x1008",
      description = "a size and the size to compare with (default: ${DEFAULT-VALUE})")
  private List<String> pairs;

  @Option(names = "--rounds", defaultValue = "7", description = "number of runs of each size")
  private int rounds;

  @Option(
      names = "--threads",
      defaultValue = "0",
      description = "threads per operator; with 1, CPU time is measured instead of elapsed time")
  private int threads;

  @Override
  public Integer call() throws Exception {
    if (!(PartRegistry.load().preset(preset).model() instanceof Backbone backbone)) {
      throw new IllegalArgumentException(preset + " is a whole network, expected a backbone");
    }
    Settings settings = Settings.cpu().threads(threads);
    for (String pair : pairs) {
      String[] sizes = pair.split(":", 2);
      if (sizes.length < 2) {
        throw new IllegalArgumentException(
            "--pairs " + pair + ": expected HxW:HxW, such as 512x512:448x448");
      }
      Size oddSize = Subject.size("--pairs", sizes[0]);
      Size evenSize = Subject.size("--pairs", sizes[1]);
      try (TimedPlan odd = TimedPlan.of(graph(backbone, oddSize), settings);
          TimedPlan even = TimedPlan.of(graph(backbone, evenSize), settings)) {
        for (int r = 0; r < rounds; r++) {
          odd.run();
          even.run();
        }
        double oddTime = (double) odd.least() / oddSize.pixels();
        double evenTime = (double) even.least() / evenSize.pixels();
        System.out.printf(
            Locale.ROOT,
            "%s: %s %.1f ns a pixel, %s %.1f, ratio %.3f (least of %d, %s)%n",
            preset,
            sizes[0],
            oddTime,
            sizes[1],
            evenTime,
            oddTime / evenTime,
            rounds,
            threads == 1 ? "processor time of one thread" : "clock");
      }
    }
    return 0;
  }

  private static Graph graph(Backbone backbone, Size size) {
    Trace trace = new Trace();
    Scope s = trace.root();
    Tensor image = trace.input("image", DType.FLOAT32, 1, 3, size.height(), size.width());
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    List<Features> stages = backbone.features(s, image);
    for (int i = 0; i < stages.size(); i++) {
      outputs.put("stage" + i, backbone.output(s, stages.get(i), i));
    }
    return trace.graph(outputs);
  }
}
