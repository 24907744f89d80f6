package dev.dovetail.video;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What this module may use; the program must not depend on it, which would download FFmpeg. */
@AnalyzeClasses(packages = "dev.dovetail", importOptions = DoNotIncludeTests.class)
class VideoDependencyTest {

  @ArchTest
  static final ArchRule videosAreImagesAndNothingElse =
      noClasses()
          .that()
          .resideInAPackage("dev.dovetail.video..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.dovetail..")
                  .and(
                      DescribedPredicate.not(
                          resideInAnyPackage(
                              "dev.dovetail.video..",
                              "dev.dovetail.natives..",
                              "dev.dovetail.formats..",
                              "dev.dovetail.images.."))));
}
