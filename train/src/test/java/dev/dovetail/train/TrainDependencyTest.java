package dev.dovetail.train;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/**
 * The dependencies of training. The rules for other modules are in {@code cli}, which must not
 * depend on this module: the first start of the program would then download libtorch.
 */
@AnalyzeClasses(packages = "dev.dovetail", importOptions = DoNotIncludeTests.class)
class TrainDependencyTest {

  @ArchTest
  static final ArchRule theEngineUsesGraphsHeadsAndImagesAndNoModelOrEvaluator =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.dovetail.train.engine..",
              "dev.dovetail.train.loss..",
              "dev.dovetail.train.optim..",
              "dev.dovetail.train.data..",
              "dev.dovetail.train.detection..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.dovetail..")
                  .and(
                      DescribedPredicate.not(
                          resideInAnyPackage(
                              "dev.dovetail.train..",
                              "dev.dovetail.core..",
                              "dev.dovetail.files..",
                              "dev.dovetail.natives..",
                              "dev.dovetail.graph..",
                              "dev.dovetail.heads..",
                              "dev.dovetail.formats..",
                              "dev.dovetail.images.."))));

  @ArchTest
  static final ArchRule nothingElseUsesTraining =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.dovetail.train..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.dovetail.train..");

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("dev.dovetail.train.(*)..").should().beFreeOfCycles();
}
