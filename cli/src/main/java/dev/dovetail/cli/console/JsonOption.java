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

/** The option {@code --json[=FILE]} of every verb that prints a table. */
public final class JsonOption {

  private static final String STDOUT = "-";

  private static final ObjectWriter PRETTY =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build().writer();

  @Spec(Spec.Target.MIXEE)
  private CommandSpec verb;

  @Option(
      names = "--json",
      arity = "0..1",
      paramLabel = "FILE",
      preprocessor = AttachedOnly.class,
      description =
          "write the numbers as JSON, to FILE beside the table or to stdout instead of it")
  private String target;

  private static final JsonMapper PARSER =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  /** Writes one JSON value. */
  public interface Json {
    void write(JsonGenerator json) throws IOException;
  }

  /**
   * Prints the result of a verb: as text, unless JSON takes its place on stdout.
   *
   * @param text what a reader sees, each line ended
   * @param json the same with every digit
   * @throws IOException if the JSON file cannot be written
   */
  public void report(String text, Json json) throws IOException {
    PrintWriter out = verb.commandLine().getOut();
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
   * Whether JSON goes to stdout and takes the place of the text.
   *
   * @throws IOException if the file cannot be looked at
   */
  public boolean replacesText() throws IOException {
    return STDOUT.equals(target) || target != null && OutputFile.isStandardOutput(Path.of(target));
  }

  /** As the other, for JSON that is a tree already. */
  public void report(String text, JsonNode json) throws IOException {
    report(text, generator -> generator.writeTree(json));
  }

  /** As the other, for JSON that is written already. */
  public void report(String text, String json) throws IOException {
    report(text, PARSER.readTree(json));
  }

  /** Lines as one text. */
  public static String text(List<String> lines) {
    return lines.stream().map(l -> l + System.lineSeparator()).collect(Collectors.joining());
  }

  private static void write(JsonGenerator generator, Json json) throws IOException {
    try (generator) {
      json.write(generator);
    }
  }

  /**
   * Fails before long work if the JSON could not be written after it.
   *
   * @throws UsageException if FILE is a folder or lies in none
   * @throws IOException if there is no permission to write it
   */
  public void check() throws IOException {
    if (target != null && !replacesText()) {
      OutputOption.check("--json", Path.of(target));
    }
  }

  /**
   * Takes a file after {@code =} alone, so that {@code --json CONFIG} leaves CONFIG an argument.
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
