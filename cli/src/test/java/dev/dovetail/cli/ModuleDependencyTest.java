package dev.dovetail.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Assertions;

/** The allowed dependencies between modules. Packages must not form cycles. */
@AnalyzeClasses(packages = "dev.dovetail", importOptions = DoNotIncludeTests.class)
class ModuleDependencyTest {

  private static final List<String> MODULES =
      List.of(
          "core",
          "files",
          "natives",
          "graph",
          "weights",
          "registry",
          "backbones",
          "adapters",
          "heads",
          "formats",
          "images",
          "eval",
          "tasks",
          "runtime",
          "models",
          "sample",
          "cli");

  /**
   * The packages of the library. The other packages in {@code dev.dovetail} are those of the
   * modules.
   */
  private static final String[] LIBRARY = {"dev.dovetail", "dev.dovetail.internal.."};

  private static final Map<String, List<String>> MAY_USE = new LinkedHashMap<>();

  static {
    MAY_USE.put("core", List.of());
    MAY_USE.put("files", List.of());
    MAY_USE.put("natives", List.of());
    MAY_USE.put("graph", List.of("core"));
    MAY_USE.put("weights", List.of("core", "files"));
    MAY_USE.put("registry", List.of("core", "files", "graph", "weights"));
    MAY_USE.put("backbones", List.of("core", "graph", "registry"));
    MAY_USE.put("adapters", List.of("core", "graph", "registry", "backbones"));
    MAY_USE.put("heads", List.of("core", "graph", "registry", "backbones", "adapters"));
    MAY_USE.put("formats", List.of("files"));
    MAY_USE.put("images", List.of("files", "natives", "formats"));
    MAY_USE.put("eval", List.of("files", "formats"));
    MAY_USE.put("tasks", List.of("core", "files", "graph", "formats", "images", "eval"));
    MAY_USE.put("runtime", List.of("core", "files", "natives", "graph", "weights"));
    MAY_USE.put("models", MODULES.subList(0, MODULES.indexOf("models")));
    MAY_USE.put("sample", List.of("files", "formats"));
    MAY_USE.put("cli", MODULES.subList(0, MODULES.indexOf("cli")));
  }

  @ArchTest
  void everyModuleUsesOnlyTheModulesItMay(JavaClasses classes) {
    Assertions.assertEquals(List.copyOf(MAY_USE.keySet()), MODULES);
    MAY_USE.forEach(
        (module, allowed) -> {
          String[] others =
              MODULES.stream()
                  .filter(m -> !m.equals(module) && !allowed.contains(m))
                  .map(ModuleDependencyTest::packages)
                  .toArray(String[]::new);
          if (others.length > 0) {
            noClasses()
                .that()
                .resideInAPackage(packages(module))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others)
                .check(classes);
          }
        });
  }

  @ArchTest
  static final ArchRule formatsAndEvaluatorsKnowNoOpenCvAndNoOnnxRuntime =
      noClasses()
          .that()
          .resideInAnyPackage(packages("formats"), packages("eval"))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.opencv..", "nu.pattern..", "ai.onnx..", "ai.onnxruntime..");

  /** Training and videos are separate artifacts with large libraries that are added later. */
  @ArchTest
  static final ArchRule nothingHereUsesLibtorchOrFFmpeg =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.bytedeco..", packages("train"), packages("video"));

  /** Integrations with clusters are separate artifacts, too. */
  @ArchTest
  static final ArchRule nothingHereUsesSpark =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.spark..", "scala..", packages("spark"));

  @ArchTest
  static final ArchRule onlyTheRuntimeTalksToOnnxRuntime =
      noClasses()
          .that()
          .resideOutsideOfPackages(packages("runtime"))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.onnxruntime..");

  @ArchTest
  static final ArchRule onlyImagesTalksToOpenCv =
      noClasses()
          .that()
          .resideOutsideOfPackages(packages("images"))
          .and()
          .doNotHaveFullyQualifiedName("dev.dovetail.DovetailModel")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.opencv..", "nu.pattern..");

  /** Other code uses tasks, networks and predictions only through their interfaces. */
  @ArchTest
  void onlyATasksOwnPackageKnowsIt(JavaClasses classes) {
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
  static final ArchRule modulesHaveNoCycles =
      slices().matching("dev.dovetail.(*)..").should().beFreeOfCycles();

  /**
   * An architecture is one package. It uses shared code, but no other architecture, except for the
   * decoder layers and boxes of query-based detectors.
   */
  @ArchTest
  static final ArchRule headsUseNoOtherHead =
      slices()
          .matching("dev.dovetail.heads.(*)..")
          .should()
          .notDependOnEachOther()
          .ignoreDependency(
              DescribedPredicate.alwaysTrue(),
              JavaClass.Predicates.resideInAnyPackage(
                  "dev.dovetail.heads.queries..", "dev.dovetail.heads.boxes.."))
          // D-FINE is RT-DETR with another decoder layer, and shares RT-DETR's options.
          .ignoreDependency(
              JavaClass.Predicates.resideInAPackage("dev.dovetail.heads.dfine.."),
              JavaClass.Predicates.resideInAPackage("dev.dovetail.heads.rtdetr.."));

  /** A head can be combined with any adapter. Models of transformers have a fixed adapter. */
  @ArchTest
  static final ArchRule headsKnowNoAdapterButItsContract =
      noClasses()
          .that()
          .resideInAPackage(packages("heads"))
          .and()
          .haveSimpleNameNotStartingWith("HuggingFace")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.dovetail.adapters.*..");

  /** Each package below a module's package is a slice. */
  @ArchTest
  void packagesOfAModuleHaveNoCycles(JavaClasses classes) {
    for (String module : MODULES) {
      slices()
          .assignedFrom(new EachPackage("dev.dovetail." + module))
          .should()
          .beFreeOfCycles()
          .check(classes);
    }
  }

  /** Assigns classes to their packages within one module. */
  private record EachPackage(String module) implements SliceAssignment {

    @Override
    public SliceIdentifier getIdentifierOf(JavaClass type) {
      String name = type.getPackageName();
      return name.equals(module) || name.startsWith(module + ".")
          ? SliceIdentifier.of(name)
          : SliceIdentifier.ignore();
    }

    @Override
    public String getDescription() {
      return "packages of " + module;
    }
  }

  private static String packages(String module) {
    return "dev.dovetail." + module + "..";
  }

  @ArchTest
  void everyModuleIsLookedAt(JavaClasses classes) {
    for (String module : MODULES) {
      Assertions.assertTrue(
          classes.stream().anyMatch(c -> c.getPackageName().startsWith("dev.dovetail." + module)),
          "no class of " + module + " was found");
    }
  }

  @ArchTest
  static final ArchRule onlyTheProgramUsesTheLibrary =
      noClasses()
          .that()
          .resideOutsideOfPackages(LIBRARY[0], LIBRARY[1], packages("cli"))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(LIBRARY);

  @ArchTest
  static final ArchRule theLibraryKnowsNothingOfTheProgram =
      noClasses()
          .that()
          .resideInAnyPackage(LIBRARY)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(packages("cli"));

  @ArchTest
  void everyPackageIsNullMarked(JavaClasses classes) {
    for (JavaClass type : classes) {
      Assertions.assertTrue(
          type.getPackage().isAnnotatedWith(NullMarked.class),
          () -> type.getPackageName() + " needs a package-info.java with @NullMarked");
    }
  }

  /** Java does not allow two modules with the same package; the jars have module names. */
  @ArchTest
  void everyPackageIsInOneModule(JavaClasses classes) {
    Map<String, String> moduleOf = new LinkedHashMap<>();
    for (JavaClass type : classes) {
      String file = type.getSource().orElseThrow().getUri().toString();
      String folder = "/" + type.getPackageName().replace('.', '/') + "/";
      String module = file.substring(0, file.lastIndexOf(folder));
      String other = moduleOf.putIfAbsent(type.getPackageName(), module);
      Assertions.assertTrue(
          other == null || other.equals(module),
          () -> type.getPackageName() + " is both in " + other + " and in " + module);
    }
    Assertions.assertTrue(moduleOf.containsKey(LIBRARY[0]), "the library was not found");
  }
}
