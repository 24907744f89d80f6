package dev.dovetail.cli;

import dev.dovetail.cli.browse.BrowseCommand;
import dev.dovetail.cli.console.StandardOutput;
import dev.dovetail.cli.convert.ConvertCommand;
import dev.dovetail.cli.demo.DemoCommand;
import dev.dovetail.cli.score.ScoreCommand;
import dev.dovetail.files.DidYouMean;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program {@code dovetail}. */
@Command(
    name = "dovetail",
    description = "Dense prediction on the JVM: detection and segmentation models, run and scored.",
    mixinStandardHelpOptions = true,
    versionProvider = Versions.class,
    synopsisSubcommandLabel = "VERB",
    commandListHeading = "%nVerbs:%n",
    footer = "%n'dovetail VERB --help' shows a verb's options and an example.")
public final class Main {

  /** What the user asked for was done. */
  static final int OK = 0;

  /** It could not be done. */
  static final int FAILED = 1;

  /** It was asked for in a way that cannot be meant. */
  static final int USAGE = 2;

  /** The words that no verb has to be known for. */
  private static final Set<String> VERSION = Set.of("-V", "--version");

  public static void main(String[] args) {
    // Our own code names its locale; libraries, such as picocli and the XML reader, do not.
    Locale.setDefault(Locale.ROOT);
    StandardOutput out = new StandardOutput();
    PrintWriter err =
        new PrintWriter(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    int code = run(out.writer(), err, args);
    Optional<String> problem = out.problem();
    problem.ifPresent(sentence -> err.println("dovetail: " + sentence));
    System.exit(problem.isPresent() && code == OK ? FAILED : code);
  }

  private static Map<String, Class<?>> verbs() {
    Map<String, Class<?>> verbs = new LinkedHashMap<>();
    verbs.put("demo", DemoCommand.class);
    verbs.put("eval", EvalCommand.class);
    verbs.put("predict", PredictCommand.class);
    verbs.put("train", TrainCommand.class);
    verbs.put("score", ScoreCommand.class);
    verbs.put("browse", BrowseCommand.class);
    verbs.put("convert", ConvertCommand.class);
    verbs.put("sample", SampleCommand.class);
    verbs.put("run", RunCommand.class);
    verbs.put("list", ListCommand.class);
    verbs.put("inspect", InspectCommand.class);
    verbs.put("bench", BenchCommand.class);
    verbs.put("export", ExportCommand.class);
    verbs.put("doctor", DoctorCommand.class);
    verbs.put("generate-completion", CompletionCommand.class);
    return verbs;
  }

  /** The program with the verb that the arguments begin with, else with all of them. */
  static CommandLine commandLine(String... args) {
    CommandLine commands = new CommandLine(new Main());
    Map<String, Class<?>> verbs = verbs();
    if (args.length > 0 && VERSION.contains(args[0])) {
      verbs.clear();
    } else if (args.length > 0 && verbs.containsKey(args[0])) {
      // To make all verbs takes longer than many a verb runs.
      verbs.keySet().removeIf(verb -> !verb.equals(args[0]));
    }
    verbs.forEach(commands::addSubcommand);
    return commands;
  }

  /** Runs a command line and gives the exit code. */
  static int run(PrintWriter out, PrintWriter err, String... args) {
    CommandLine commands = commandLine(args);
    commands.setOut(out);
    commands.setErr(err);
    commands.setCaseInsensitiveEnumValuesAllowed(true);
    commands.setAbbreviatedOptionsAllowed(false);
    // A word that begins with @ is an argument like others; predict reads lists by it.
    commands.setExpandAtFiles(false);
    commands.setParameterExceptionHandler(Main::usage);
    commands.setExecutionExceptionHandler(
        (e, command, parsed) -> Failures.report(e, command.getErr()));
    if (args.length == 0) {
      commands.usage(commands.getErr());
      return USAGE;
    }
    try {
      return commands.execute(args);
    } catch (OutOfMemoryError | LinkageError e) {
      return Failures.report(e, err);
    }
  }

  private static int usage(ParameterException e, String[] args) {
    PrintWriter err = e.getCommandLine().getErr();
    boolean verb = e.getCommandLine().getParent() == null;
    if (verb && e instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()) {
      String word = unmatched.getUnmatched().get(0);
      String near = DidYouMean.near(word, verbs().keySet());
      err.println("dovetail: '" + word + "' is not a verb" + near);
      err.println("'dovetail --help' shows what there is.");
      return USAGE;
    }
    err.println("dovetail: " + e.getMessage());
    UnmatchedArgumentException.printSuggestions(e, err);
    err.println(
        "'"
            + e.getCommandLine().getCommandSpec().qualifiedName()
            + " --help' shows what there is.");
    return USAGE;
  }
}
