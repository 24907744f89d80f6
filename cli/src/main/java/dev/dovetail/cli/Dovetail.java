package dev.dovetail.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/** The program {@code dovetail}. */
@Command(
    name = "dovetail",
    description = "Dense prediction on the JVM: detection and segmentation models, run and scored.",
    mixinStandardHelpOptions = true,
    versionProvider = Versions.class,
    synopsisSubcommandLabel = "VERB",
    commandListHeading = "%nVerbs:%n",
    footer = "%n'dovetail VERB --help' shows a verb's options and an example.",
    subcommands = {EvalCommand.class})
public final class Dovetail {

  /** What the user asked for was done. */
  static final int OK = 0;

  /** It could not be done. */
  static final int FAILED = 1;

  /** It was asked for in a way that cannot be meant. */
  static final int USAGE = 2;

  public static void main(String[] args) {
    System.exit(run(args));
  }

  /** Runs a command line and gives the exit code. */
  static int run(String... args) {
    CommandLine commands = new CommandLine(new Dovetail());
    commands.setCaseInsensitiveEnumValuesAllowed(true);
    commands.setAbbreviatedOptionsAllowed(false);
    commands.setParameterExceptionHandler(Dovetail::usage);
    commands.setExecutionExceptionHandler(
        (e, command, parsed) -> Failures.report(e, command.getErr()));
    if (args.length == 0) {
      commands.usage(commands.getErr());
      return USAGE;
    }
    return commands.execute(args);
  }

  private static int usage(ParameterException e, String[] args) {
    PrintWriter err = e.getCommandLine().getErr();
    err.println("dovetail: " + e.getMessage());
    CommandLine.UnmatchedArgumentException.printSuggestions(e, err);
    err.println(
        "'"
            + e.getCommandLine().getCommandSpec().qualifiedName()
            + " --help' shows what there is.");
    return USAGE;
  }
}
