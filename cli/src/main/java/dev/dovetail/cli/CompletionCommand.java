package dev.dovetail.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints a script for shell completion of commands, options and model names. */
@Command(
    name = "generate-completion",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Prints a script that lets bash and zsh complete commands, options, files and model names.",
      ""
    },
    footer = {
      "",
      "Example:",
      "  dovetail generate-completion > ~/.dovetail-completion",
      "  echo 'source ~/.dovetail-completion' >> ~/.bashrc"
    })
final class CompletionCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    out.print(AutoComplete.bash(spec.root().name(), Main.commandLine()));
    out.flush();
    return Main.OK;
  }
}
