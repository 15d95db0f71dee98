// SPDX-License-Identifier: Apache-2.0
package io.millrace.dist;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.constructors;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Provides;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import jakarta.inject.Inject;
import java.util.ServiceLoader;
import java.util.concurrent.ThreadFactory;

/**
 * The rules that span modules: which way dependencies point, which library lives in which room, and what only one class
 * may do. They are checked on the classes of every module together, as packaged.
 */
@AnalyzeClasses(packages = "io.millrace", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String[] API = {"io.millrace.api..", "io.millrace.spi.."};
    private static final String[] PLUGINS = {
        "io.millrace.inputs..",
        "io.millrace.receiver..",
        "io.millrace.sink..",
        "io.millrace.state..",
        "io.millrace.wal.hdfs..",
        "io.millrace.wal.s3..",
        "io.millrace.listener.."
    };

    /** The modules that must be on this class path; a module that is missing here is not checked by anything. */
    private static final String[] ROOTS = {
        "io.millrace.api",
        "io.millrace.cli",
        "io.millrace.core",
        "io.millrace.inputs",
        "io.millrace.listener.eventlog",
        "io.millrace.plugins",
        "io.millrace.receiver.kafka.common",
        "io.millrace.receiver.kafka.direct",
        "io.millrace.receiver.kafka.reliable",
        "io.millrace.servers",
        "io.millrace.sink.jdbc",
        "io.millrace.sink.kafka",
        "io.millrace.state.mvstore",
        "io.millrace.sketches",
        "io.millrace.testkit",
        "io.millrace.wal.hdfs",
        "io.millrace.wal.s3",
        "io.millrace.wal.support",
    };

    @ArchTest
    static void allModulesAreSeen(JavaClasses all) {
        for (String root : ROOTS) {
            assertThat(all.containPackage(root)).as("classes of %s", root).isTrue();
        }
        assertThat(all).hasSizeGreaterThan(100);
    }

    @ArchTest
    static final ArchRule dependenciesPointOneWay = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("io.millrace..")
            .withOptionalLayers(true)
            .layer("api")
            .definedBy(API)
            .layer("wal-support")
            .definedBy("io.millrace.wal.support..")
            .layer("core")
            .definedBy("io.millrace.core..")
            .layer("plugins")
            .definedBy("io.millrace.plugins..")
            .layer("plugin")
            .definedBy(PLUGINS)
            .layer("testkit")
            .definedBy("io.millrace.testkit..")
            .layer("servers")
            .definedBy("io.millrace.servers..")
            .layer("cli")
            .definedBy("io.millrace.cli..")
            .whereLayer("api")
            .mayNotAccessAnyLayer()
            .whereLayer("wal-support")
            .mayNotAccessAnyLayer()
            .whereLayer("core")
            .mayOnlyAccessLayers("api", "wal-support")
            .whereLayer("plugins")
            .mayOnlyAccessLayers("api")
            .whereLayer("plugin")
            .mayOnlyAccessLayers("api", "wal-support")
            .whereLayer("testkit")
            .mayOnlyAccessLayers("api", "wal-support")
            .whereLayer("servers")
            .mayOnlyAccessLayers("api")
            .whereLayer("cli")
            .mayOnlyAccessLayers("api", "core", "plugins", "servers", "testkit");

    @ArchTest
    static final ArchRule apiKnowsOnlyTheJdk = classes()
            .that()
            .resideInAnyPackage(API)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "org.jspecify..", API[0], API[1]);

    @ArchTest
    static final ArchRule walSupportKnowsOnlyTheJdk = classes()
            .that()
            .resideInAPackage("io.millrace.wal.support..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "org.jspecify..", "io.millrace.wal.support..");

    @ArchTest
    static final ArchRule pf4jIsKnownToPluginsAlone = library("org.pf4j..").isKnownOnlyTo("io.millrace.plugins..");

    @ArchTest
    static final ArchRule guiceIsKnownToCoreAlone =
            library("com.google.inject..").isKnownOnlyTo("io.millrace.core..");

    @ArchTest
    static final ArchRule kafkaIsKnownToItsPluginsServersBenchesAndTheDemo = library("org.apache.kafka..")
            .isKnownOnlyTo(
                    "io.millrace.receiver.kafka..",
                    "io.millrace.sink.kafka..",
                    "io.millrace.servers..",
                    "io.millrace.cli.bench..",
                    "io.millrace.cli.demo..");

    @ArchTest
    static final ArchRule hadoopIsKnownToItsLogAlone =
            library("org.apache.hadoop..").isKnownOnlyTo("io.millrace.wal.hdfs..");

    @ArchTest
    static final ArchRule awsIsKnownToItsLogAlone =
            library("software.amazon.awssdk..").isKnownOnlyTo("io.millrace.wal.s3..");

    @ArchTest
    static final ArchRule mvStoreIsKnownToItsPluginAlone =
            library("org.h2..").isKnownOnlyTo("io.millrace.state.mvstore..");

    @ArchTest
    static final ArchRule injectedConstructorsArePackagePrivate = constructors()
            .that()
            .areAnnotatedWith(Inject.class)
            .should()
            .bePackagePrivate()
            .because("Guice calls a public one from an unnamed module, to which core's packages are not exported")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule providesMethodsArePackagePrivate = methods()
            .that()
            .areAnnotatedWith(Provides.class)
            .should()
            .bePackagePrivate()
            .because("Guice calls a public one from an unnamed module, to which core's packages are not exported")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule oneClassSetsTheContextClassLoader = noClasses()
            .that()
            .doNotHaveSimpleName("ThreadContextClassLoader")
            .and()
            .areNotAssignableTo(ThreadFactory.class)
            .should()
            .callMethod(Thread.class, "setContextClassLoader", ClassLoader.class)
            .because("a swap that is not undone on every path poisons a thread for the next plugin");

    @ArchTest
    static final ArchRule classLoadersAreNamed = noClasses()
            .should()
            .callMethod(Class.class, "forName", String.class)
            .orShould()
            .callMethod(ServiceLoader.class, "load", Class.class)
            .because("whose loader that takes depends on who calls; name the loader");

    @ArchTest
    static final ArchRule onlyProgramsPrint = noClasses()
            .that()
            .resideOutsideOfPackages("io.millrace.cli..", "io.millrace.testkit.sink..") // its program tells its parent
            .and()
            .haveSimpleNameNotEndingWith("Main")
            .and()
            .doNotHaveFullyQualifiedName("io.millrace.core.output.Printer")
            .should(ACCESS_STANDARD_STREAMS)
            .because("only DStream.print is asked to");

    @ArchTest
    static final ArchRule errorsAreSpecific = NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS;

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().assignedFrom(new PackageSlices()).should().beFreeOfCycles();

    @ArchTest
    static final ArchRule packagesAreNullMarked = classes().should(new BeInNullMarkedPackage());

    private static Library library(String packages) {
        return new Library(packages);
    }

    private record Library(String packages) {
        ArchRule isKnownOnlyTo(String... rooms) {
            return noClasses()
                    .that(resideOutsideOfPackages(rooms))
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage(packages);
        }
    }
}
