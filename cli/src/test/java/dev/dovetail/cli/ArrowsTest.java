package dev.dovetail.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assertions;

/** The arrows between the rooms: who may use whom. */
@AnalyzeClasses(packages = "dev.dovetail", importOptions = DoNotIncludeTests.class)
class ArrowsTest {

  private static final List<String> ROOMS =
      List.of(
          "files",
          "graph",
          "weights",
          "backbones",
          "adapters",
          "heads",
          "data",
          "eval",
          "tasks",
          "runtime",
          "models",
          "cli");

  private static final Map<String, List<String>> MAY_USE = new LinkedHashMap<>();

  static {
    MAY_USE.put("files", List.of());
    MAY_USE.put("graph", List.of());
    MAY_USE.put("weights", List.of("files"));
    MAY_USE.put("backbones", List.of("graph"));
    MAY_USE.put("adapters", List.of("graph", "backbones"));
    MAY_USE.put("heads", List.of("graph", "backbones", "adapters"));
    MAY_USE.put("data", List.of("files"));
    MAY_USE.put("eval", List.of("files", "data"));
    MAY_USE.put("tasks", List.of("files", "graph", "data", "eval"));
    MAY_USE.put("runtime", List.of("files", "graph", "weights"));
    MAY_USE.put("models", ROOMS.subList(0, ROOMS.indexOf("models")));
    MAY_USE.put("cli", ROOMS.subList(0, ROOMS.indexOf("cli")));
  }

  @ArchTest
  void everyRoomUsesOnlyTheRoomsItMay(com.tngtech.archunit.core.domain.JavaClasses classes) {
    Assertions.assertEquals(List.copyOf(MAY_USE.keySet()), ROOMS);
    MAY_USE.forEach(
        (room, allowed) -> {
          String[] others =
              ROOMS.stream()
                  .filter(r -> !r.equals(room) && !allowed.contains(r))
                  .map(ArrowsTest::packages)
                  .toArray(String[]::new);
          if (others.length > 0) {
            noClasses()
                .that()
                .resideInAPackage(packages(room))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others)
                .check(classes);
          }
        });
  }

  @ArchTest
  static final ArchRule evaluatorsKnowNoModelNoOpenCvAndNoOnnxRuntime =
      noClasses()
          .that()
          .resideInAPackage(packages("eval"))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.opencv..", "nu.pattern..", "ai.onnx..", "ai.onnxruntime..");

  @ArchTest
  static final ArchRule onlyTheRuntimeTalksToOnnxRuntime =
      noClasses()
          .that()
          .resideOutsideOfPackages(packages("runtime"))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.onnxruntime..");

  @ArchTest
  static final ArchRule onlyDataTalksToOpenCv =
      noClasses()
          .that()
          .resideOutsideOfPackages(packages("data"))
          .and()
          .doNotHaveFullyQualifiedName("dev.dovetail.DovetailModel")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.opencv..", "nu.pattern..");

  /** Task, network and predictions are interfaces to everyone else, whatever the task is. */
  @ArchTest
  void onlyATasksOwnPackageKnowsIt(com.tngtech.archunit.core.domain.JavaClasses classes) {
    for (String task : List.of("detection", "segmentation", "panoptic", "classification")) {
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.dovetail.tasks." + task + "..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.dovetail.tasks." + task + "..")
          .check(classes);
    }
  }

  @ArchTest
  static final ArchRule roomsHaveNoCycles =
      slices().matching("dev.dovetail.(*)..").should().beFreeOfCycles();

  private static String packages(String room) {
    return "dev.dovetail." + room + "..";
  }

  @ArchTest
  void allRoomsAreLookedAt(com.tngtech.archunit.core.domain.JavaClasses classes) {
    for (String room : ROOMS) {
      Assertions.assertTrue(
          classes.stream().anyMatch(c -> c.getPackageName().startsWith("dev.dovetail." + room)),
          "no class of " + room + " was found");
    }
  }
}
