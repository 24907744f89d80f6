package dev.dovetail.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.DateFormat;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.text.MessageFormat;
import java.text.NumberFormat;
import java.text.SimpleDateFormat;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Printed and written bytes do not depend on the locale. */
@Tag("slow")
class LocaleTest {

  /** Two locales with their own digits, and one with a decimal comma and special case rules. */
  private static final List<String> LOCALES = List.of("fa", "ar-EG-u-nu-arab", "tr");

  private static final String NEW = JavaConstructor.CONSTRUCTOR_NAME;

  /** Methods that use the user's locale unless one is specified. */
  private static final Map<Class<?>, Set<String>> FORMATTING =
      Map.ofEntries(
          Map.entry(String.class, Set.of("format", "formatted", "toLowerCase", "toUpperCase")),
          Map.entry(PrintStream.class, Set.of("format", "printf")),
          Map.entry(PrintWriter.class, Set.of("format", "printf")),
          Map.entry(Formatter.class, Set.of(NEW, "format")),
          Map.entry(MessageFormat.class, Set.of(NEW, "format")),
          Map.entry(DecimalFormat.class, Set.of(NEW)),
          Map.entry(SimpleDateFormat.class, Set.of(NEW)),
          Map.entry(
              NumberFormat.class,
              Set.of(
                  "getInstance", "getNumberInstance", "getIntegerInstance", "getPercentInstance")),
          Map.entry(
              DateFormat.class,
              Set.of("getInstance", "getDateInstance", "getTimeInstance", "getDateTimeInstance")),
          Map.entry(
              DateTimeFormatter.class,
              Set.of("ofPattern", "ofLocalizedDate", "ofLocalizedTime", "ofLocalizedDateTime")));

  @TempDir Path folder;
  private final Locale before = Locale.getDefault();

  @AfterEach
  void setBack() {
    Locale.setDefault(before);
  }

  @Test
  void noCodeUsesTheUsersLocale() {
    JavaClasses classes =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.dovetail");
    noClasses().should().accessTargetWhere(WITHOUT_LOCALE).check(classes);
  }

  private static final DescribedPredicate<JavaAccess<?>> WITHOUT_LOCALE =
      DescribedPredicate.describe(
          "a locale is missing",
          access ->
              access.getTarget() instanceof CodeUnitAccessTarget target
                  && FORMATTING.entrySet().stream()
                      .anyMatch(
                          entry ->
                              target.getOwner().isEquivalentTo(entry.getKey())
                                  && entry.getValue().contains(target.getName()))
                  && target.getRawParameterTypes().stream()
                      .noneMatch(
                          type ->
                              type.isEquivalentTo(Locale.class)
                                  || type.isEquivalentTo(DecimalFormatSymbols.class)));

  /** Twelve images with detections that are correct, wrong and of another class. */
  private void set() throws IOException {
    List<String> images = new ArrayList<>();
    List<String> truths = new ArrayList<>();
    List<String> found = new ArrayList<>();
    for (int i = 1; i <= 12; i++) {
      images.add(
          "{\"id\": " + i + ", \"width\": 99, \"height\": 98, \"file_name\": \"" + i + "\"}");
      String box = "\"category_id\": 1, \"bbox\": [" + i + ", 10, 34.5, 56.25]";
      truths.add(
          "{\"id\": "
              + i
              + ", \"image_id\": "
              + i
              + ", \"area\": 1234, \"iscrowd\": 0, "
              + box
              + "}");
      box =
          box.replace("\": 1,", "\": " + (1 + i % 2) + ",").replace("10", Integer.toString(5 + i));
      found.add("{\"image_id\": " + i + ", \"score\": 0." + (10 + i) + ", " + box + "}");
    }
    Files.writeString(
        folder.resolve("gt.json"),
        "{\"images\": "
            + (images + ", \"annotations\": " + truths)
            + ", \"categories\": [{\"id\": 1, \"name\": \"a\"}, {\"id\": 2, \"name\": \"b\"}]}");
    Files.writeString(folder.resolve("dt.json"), found.toString());
  }

  /**
   * The output and files of commands in this process, where only our own code specifies its locale.
   */
  private String results(TinyModel detector, TinyModel segmenter) throws IOException {
    StringBuilder all = new StringBuilder();
    Path truth = folder.resolve("gt.json");
    Path found = folder.resolve("dt.json");
    List<Object> score = List.of("score", "--type", "bbox", "--gt", truth, "--dt", found);
    Path report = folder.resolve("report");
    all.append(run(score, "--errors", "--confusion", "--calibration", "--curves"));
    all.append(run(score, "--compare", found, "--bootstrap", 123, "--report", report));
    all.append(Files.readString(report.resolve("index.html")));
    all.append(run(score, "--json", "--confusion"));
    all.append(run(score, "--slice", "1/2", "--save-state", folder.resolve("state")));
    all.append(run(List.of("inspect", detector.config(), "--weights", detector.weights())));
    all.append(run(List.of("inspect", segmenter.config(), "--weights", detector.weights())));
    all.append(run(List.of("list", "mobilevit")));
    Path onnx = folder.resolve("m.onnx");
    all.append(run(segmenter.arguments("export", "--size", "64x64", "--out", onnx)));
    Path out = folder.resolve("out");
    all.append(run(detector.arguments("predict", folder.resolve("photo.png"), "--out", out)));
    all.append(Files.readString(out.resolve("results.json")));
    all.append(run(List.of("score", "--type", "bbox", "--gt", found, "--dt", found)));
    return all.toString();
  }

  private static CommandLineRun run(List<Object> arguments, Object... more) {
    List<Object> words = new ArrayList<>(arguments);
    words.addAll(List.of(more));
    return CommandLineRun.of(words.toArray());
  }

  @Test
  void commandsWriteTheSameBytesInEveryLocale() throws IOException {
    set();
    TinyModel detector =
        TinyModel.detector(Files.createDirectory(folder.resolve("d")), "cat", "dog");
    TinyModel segmenter =
        TinyModel.segmenter(Files.createDirectory(folder.resolve("s")), "sky", "road");
    TinyModel.picture(folder.resolve("photo.png"), 64, 48);
    Locale.setDefault(Locale.ROOT);
    String root = results(detector, segmenter);
    for (String tag : LOCALES) {
      Locale.setDefault(Locale.forLanguageTag(tag));
      assertEquals(root, results(detector, segmenter), tag);
    }
  }

  @Test
  void theProgramPrintsTheSameBytesInEveryLocale() throws Exception {
    set();
    String line =
        "dovetail score --type bbox --gt gt.json --dt dt.json --confusion; dovetail score --help;"
            + " dovetail score --bootstrap x; dovetail score --type bbox --gt gt.json --dt gt.json";
    ProgramRun root = ProgramRun.of(folder, List.of("-Duser.language=en"), line);
    for (String language : List.of("fa", "my", "fr")) {
      assertEquals(
          root, ProgramRun.of(folder, List.of("-Duser.language=" + language), line), language);
    }
  }
}
