package dev.dovetail.spark;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The allowed dependencies of this module. The rules for the other modules are in {@code cli}. */
@AnalyzeClasses(packages = "dev.dovetail.spark", importOptions = DoNotIncludeTests.class)
class SparkDependencyTest {

  @ArchTest
  static final ArchRule stagesDependOnTheLibraryAndTheEvaluatorsOnly =
      classes()
          .that()
          .resideInAPackage("dev.dovetail.spark..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "dev.dovetail.spark..",
              "dev.dovetail",
              "dev.dovetail.eval..",
              "dev.dovetail.formats..",
              "dev.dovetail.images..",
              "dev.dovetail.tasks",
              "dev.dovetail.graph.onnx",
              "java..",
              "scala..",
              "org.apache.spark..",
              "org.apache.hadoop..",
              "org.slf4j..",
              "com.esotericsoftware.kryo..",
              "org.jspecify..");
}
