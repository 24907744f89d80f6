package dev.dovetail.video;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/**
 * Tests the dependencies of this module. The command line must not depend on it, because that would
 * download FFmpeg.
 */
@AnalyzeClasses(packages = "dev.dovetail.video", importOptions = DoNotIncludeTests.class)
class VideoDependencyTest {

  @ArchTest
  static final ArchRule videosAreImagesAndNothingElse =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "org.jspecify..",
              "org.bytedeco..",
              "dev.dovetail.video..",
              "dev.dovetail.natives..",
              "dev.dovetail.formats..",
              "dev.dovetail.images..");
}
