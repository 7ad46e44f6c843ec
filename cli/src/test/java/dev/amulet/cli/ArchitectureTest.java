package dev.amulet.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/**
 * Which room may know which. Maven keeps the arrows between modules; this keeps the finer ones, on
 * the main code of everything the command is made of.
 */
@AnalyzeClasses(packages = "dev.amulet", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String FORMAT = "dev.amulet.format..";
  private static final String GENERATED = "dev.amulet.format.v1..";
  private static final String SERVER_GENERATED = "dev.amulet.server.grpc.v1..";
  private static final String INFERENCE_GENERATED = "dev.amulet.server.grpc.inference..";
  private static final String RUNTIME = "dev.amulet.runtime..";
  private static final String RUNTIME_INTERNAL = "dev.amulet.runtime.internal..";
  private static final String TRAINING = "dev.amulet.training..";
  private static final String SERVER = "dev.amulet.server..";
  private static final String CLI = "dev.amulet.cli..";
  private static final DescribedPredicate<JavaClass> WRITTEN_LIBRARY_CODE =
      resideInAnyPackage(FORMAT, RUNTIME, TRAINING, SERVER)
          .and(resideOutsideOfPackages(GENERATED, SERVER_GENERATED, INFERENCE_GENERATED))
          .as("library classes that we wrote");

  @ArchTest
  static final ArchRule FORMAT_KNOWS_NO_OTHER_MODULE =
      noClasses()
          .that()
          .resideInAPackage(FORMAT)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(RUNTIME, TRAINING, SERVER, CLI);

  @ArchTest
  static final ArchRule RUNTIME_KNOWS_ONLY_FORMAT =
      noClasses()
          .that()
          .resideInAPackage(RUNTIME)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(TRAINING, CLI, SERVER, "dev.amulet.spark..");

  @ArchTest
  static final ArchRule TRAINING_KNOWS_NO_PROGRAM =
      noClasses()
          .that()
          .resideInAPackage(TRAINING)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(CLI, SERVER, "dev.amulet.spark..");

  @ArchTest
  static final ArchRule SERVER_KNOWS_NEITHER_TRAINING_NOR_PROGRAMS =
      noClasses()
          .that()
          .resideInAPackage(SERVER)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(TRAINING, CLI, "dev.amulet.spark..");

  @ArchTest
  static final ArchRule SERVER_ROOMS_FORM_NO_CYCLE =
      slices().matching("dev.amulet.server.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule ONLY_RUNTIME_KNOWS_ITS_INTERNALS =
      noClasses()
          .that()
          .resideOutsideOfPackage(RUNTIME)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(RUNTIME_INTERNAL);

  @ArchTest
  static final ArchRule ONNX_RUNTIME_HAS_ONE_HOME =
      onlyHome("ai.onnxruntime..", "dev.amulet.runtime.internal.onnx..");

  @ArchTest
  static final ArchRule DJL_HAS_ONE_HOME = onlyHome("ai.djl..", "dev.amulet.training.vision..");

  @ArchTest
  static final ArchRule XGBOOST_HAS_ONE_HOME = onlyHome("ml.dmlc..", "dev.amulet.training.tree..");

  @ArchTest
  static final ArchRule LIBRARIES_CHOOSE_NO_LOGGING_BACKEND =
      noClasses()
          .that(WRITTEN_LIBRARY_CODE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "ch.qos.logback..",
              "java.util.logging..",
              "org.apache.commons.logging..",
              "org.apache.log4j..",
              "org.apache.logging..",
              "org.slf4j.simple..");

  @ArchTest
  static final ArchRule LIBRARIES_DO_NOT_PRINT =
      noClasses()
          .that(WRITTEN_LIBRARY_CODE)
          .and()
          .doNotHaveFullyQualifiedName("dev.amulet.server.ServerMain") // A program of its own.
          .should(ACCESS_STANDARD_STREAMS);

  @ArchTest
  static final ArchRule STATE_IS_NEVER_TIED_TO_A_THREAD =
      noClasses()
          .that(WRITTEN_LIBRARY_CODE)
          .should()
          .dependOnClassesThat()
          .areAssignableTo(ThreadLocal.class);

  @ArchTest
  static final ArchRule NO_CLASS_IS_LOADED_BY_NAME =
      noClasses()
          .that(WRITTEN_LIBRARY_CODE)
          .should()
          .callMethod(Class.class, "forName", String.class);

  @ArchTest
  static final ArchRule STAGE_FAMILIES_FORM_NO_CYCLE =
      slices().matching("dev.amulet.runtime.internal.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule TRAINING_ROOMS_FORM_NO_CYCLE =
      slices().matching("dev.amulet.training.(*)..").should().beFreeOfCycles();

  private static ArchRule onlyHome(String library, String home) {
    return noClasses()
        .that(resideInAPackage("dev.amulet..").and(resideOutsideOfPackage(home)))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library);
  }
}
