package dev.dovetail.cuda;

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
 * The dependencies of this module. No other module depends on it, since it is found as a service.
 */
@AnalyzeClasses(packages = "dev.dovetail.cuda", importOptions = DoNotIncludeTests.class)
class CudaDependencyTest {

  @ArchTest
  static final ArchRule itUsesGraphsAndTheRuntime =
      noClasses()
          .that()
          .resideInAPackage("dev.dovetail.cuda..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.dovetail..")
                  .and(
                      DescribedPredicate.not(
                          resideInAnyPackage(
                              "dev.dovetail.cuda..",
                              "dev.dovetail.core..",
                              "dev.dovetail.natives..",
                              "dev.dovetail.graph..",
                              "dev.dovetail.runtime.."))));

  @ArchTest
  static final ArchRule kernelsAreFreeOfOnnxRuntimeAndOfNativeCode =
      noClasses()
          .that()
          .resideInAPackage("dev.dovetail.cuda.kernels..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.bytedeco..", "ai.onnxruntime..", "dev.dovetail.runtime..");

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("dev.dovetail.cuda.(*)..").should().beFreeOfCycles();
}
