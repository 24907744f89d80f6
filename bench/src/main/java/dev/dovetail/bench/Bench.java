package dev.dovetail.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The benchmarks. Each is a command that prints its measurements and a ratio. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "BENCHMARK",
    subcommands = {
      ThroughputBench.class,
      LatencyBench.class,
      FilesBench.class,
      MemoryBench.class,
      LabelMapBench.class,
      SizesBench.class,
      MergingBench.class,
      ThreadsBench.class,
      MicroBench.class,
      ObjectCrops.class,
      HalfPrecision.class
    })
public final class Bench {

  private Bench() {}

  public static void main(String[] args) {
    CommandLine commands = new CommandLine(new Bench());
    commands.setCaseInsensitiveEnumValuesAllowed(true);
    if (args.length == 0) {
      commands.usage(System.err);
      System.exit(2);
    }
    System.exit(commands.execute(args));
  }
}
