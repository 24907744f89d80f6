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
    description =
        "Dense prediction on the JVM: runs, trains and evaluates detection and"
            + " segmentation models.",
    mixinStandardHelpOptions = true,
    versionProvider = Versions.class,
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    footer = "%n'dovetail COMMAND --help' shows the options of a command and an example.")
public final class Main {

  /** Exit code: success. */
  static final int OK = 0;

  /** Exit code: the command failed. */
  static final int FAILED = 1;

  /** Exit code: the command line is invalid. */
  static final int USAGE = 2;

  /** Arguments for which no command is created. */
  private static final Set<String> VERSION = Set.of("-V", "--version");

  public static void main(String[] args) {
    // Our own code specifies its locale; libraries, such as picocli and the XML reader, do not.
    Locale.setDefault(Locale.ROOT);
    StandardOutput out = new StandardOutput();
    PrintWriter err =
        new PrintWriter(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    int code = run(out.writer(), err, args);
    Optional<String> problem = out.problem();
    problem.ifPresent(sentence -> err.println("dovetail: " + sentence));
    System.exit(problem.isPresent() && code == OK ? FAILED : code);
  }

  private static Map<String, Class<?>> commandClasses() {
    Map<String, Class<?>> classes = new LinkedHashMap<>();
    classes.put("demo", DemoCommand.class);
    classes.put("eval", EvalCommand.class);
    classes.put("predict", PredictCommand.class);
    classes.put("train", TrainCommand.class);
    classes.put("score", ScoreCommand.class);
    classes.put("browse", BrowseCommand.class);
    classes.put("convert", ConvertCommand.class);
    classes.put("sample", SampleCommand.class);
    classes.put("run", RunCommand.class);
    classes.put("list", ListCommand.class);
    classes.put("inspect", InspectCommand.class);
    classes.put("bench", BenchCommand.class);
    classes.put("export", ExportCommand.class);
    classes.put("doctor", DoctorCommand.class);
    classes.put("generate-completion", CompletionCommand.class);
    return classes;
  }

  /** Creates the program with the command that the arguments start with, or with all commands. */
  static CommandLine commandLine(String... args) {
    CommandLine commands = new CommandLine(new Main());
    Map<String, Class<?>> classes = commandClasses();
    if (args.length > 0 && VERSION.contains(args[0])) {
      classes.clear();
    } else if (args.length > 0 && classes.containsKey(args[0])) {
      // Creating all commands takes longer than running many of them.
      classes.keySet().removeIf(name -> !name.equals(args[0]));
    }
    classes.forEach(commands::addSubcommand);
    return commands;
  }

  /** Runs a command line and returns the exit code. */
  static int run(PrintWriter out, PrintWriter err, String... args) {
    CommandLine commands = commandLine(args);
    commands.setOut(out);
    commands.setErr(err);
    commands.setCaseInsensitiveEnumValuesAllowed(true);
    commands.setAbbreviatedOptionsAllowed(false);
    // A word that begins with @ is an ordinary argument; predict uses it for lists of inputs.
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
    boolean first = e.getCommandLine().getParent() == null;
    if (first
        && e instanceof UnmatchedArgumentException unmatched
        && !unmatched.isUnknownOption()) {
      String word = unmatched.getUnmatched().get(0);
      String near = DidYouMean.near(word, commandClasses().keySet());
      err.println("dovetail: '" + word + "' is not a command" + near);
      err.println("'dovetail --help' shows the commands.");
      return USAGE;
    }
    err.println("dovetail: " + e.getMessage());
    UnmatchedArgumentException.printSuggestions(e, err);
    err.println(
        "'" + e.getCommandLine().getCommandSpec().qualifiedName() + " --help' shows the options.");
    return USAGE;
  }
}
