package dev.dovetail.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What lets a shell complete verbs, options and names of models. */
@Command(
    name = "generate-completion",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Prints a script that lets bash and zsh complete verbs, options, files and names of models.",
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
