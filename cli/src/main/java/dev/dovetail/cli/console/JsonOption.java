package dev.dovetail.cli.console;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.dovetail.files.OutputFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Stack;
import java.util.stream.Collectors;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The option {@code --json[=FILE]} of commands that print a table. */
public final class JsonOption {

  private static final String STDOUT = "-";

  private static final ObjectWriter PRETTY =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build().writer();

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--json",
      arity = "0..1",
      paramLabel = "FILE",
      preprocessor = AttachedOnly.class,
      description =
          "write the numbers as JSON, either to FILE in addition to the table, or to stdout"
              + " instead of the table")
  private String target;

  private static final JsonMapper PARSER =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  /** Writes one JSON value. */
  public interface Json {
    void write(JsonGenerator json) throws IOException;
  }

  /**
   * Prints the result of a command as text, unless JSON replaces it on stdout.
   *
   * @param text the text, with a line break after each line
   * @param json the same numbers with full precision
   * @throws IOException if the JSON file cannot be written
   */
  public void report(String text, Json json) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (replacesText()) {
      StringWriter written = new StringWriter();
      write(PRETTY.createGenerator(written), json);
      out.println(written);
    } else {
      out.print(text);
      if (target != null) {
        try (OutputFile file = OutputFile.create(Path.of(target))) {
          write(PRETTY.createGenerator(file.open()), json);
          file.commit();
        }
      }
    }
    out.flush();
  }

  /**
   * Returns whether JSON replaces the text on stdout.
   *
   * @throws IOException if the file cannot be examined
   */
  public boolean replacesText() throws IOException {
    return STDOUT.equals(target) || target != null && OutputFile.isStandardOutput(Path.of(target));
  }

  /** Prints the result, with the JSON as a tree. */
  public void report(String text, JsonNode json) throws IOException {
    report(text, generator -> generator.writeTree(json));
  }

  /** Prints the result, with the JSON as a string. */
  public void report(String text, String json) throws IOException {
    report(text, PARSER.readTree(json));
  }

  /** Joins lines to a text. */
  public static String text(List<String> lines) {
    return lines.stream().map(l -> l + System.lineSeparator()).collect(Collectors.joining());
  }

  private static void write(JsonGenerator generator, Json json) throws IOException {
    try (generator) {
      json.write(generator);
    }
  }

  /**
   * Checks that the JSON file can be written, before the run starts.
   *
   * @throws UsageException if FILE is a directory or its directory does not exist
   * @throws IOException if permission to write it is missing
   */
  public void check() throws IOException {
    if (target != null && !replacesText()) {
      OutputOption.check("--json", Path.of(target));
    }
  }

  /**
   * Accepts a file only after {@code =}, so that in {@code --json CONFIG}, CONFIG is an argument.
   */
  private static final class AttachedOnly implements IParameterPreprocessor {
    @Override
    public boolean preprocess(
        Stack<String> args, CommandSpec command, ArgSpec option, Map<String, Object> info) {
      if (!"=".equals(info.get("separator"))) {
        args.push(STDOUT);
      }
      return false;
    }
  }
}
