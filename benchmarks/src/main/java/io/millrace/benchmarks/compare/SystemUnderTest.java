// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.compare;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A main class that can be measured, and the JVM that it needs.
 *
 * @param name what the tables call it
 * @param mainClass its name
 * @param classPath where it and its libraries are
 * @param jvmArguments what it needs besides a heap
 */
public record SystemUnderTest(String name, String mainClass, String classPath, List<String> jvmArguments) {
    private static final Path SPARK = Path.of("benchmarks", "spark", "target");

    /** A system on this JVM's own class path. */
    public static SystemUnderTest here(String name, String mainClass) {
        return new SystemUnderTest(name, mainClass, System.getProperty("java.class.path"), List.of());
    }

    /** A system on Spark, which has a class path of its own and reaches into the JDK. */
    public static SystemUnderTest onSpark(String name, String mainClass) {
        return new SystemUnderTest(
                name,
                "io.millrace.benchmarks.spark." + mainClass,
                SPARK.resolve("spark.jar") + ":" + SPARK.resolve("lib") + "/*",
                Stream.of(
                                "java.io",
                                "java.lang",
                                "java.lang.invoke",
                                "java.lang.reflect",
                                "java.net",
                                "java.nio",
                                "java.util",
                                "java.util.concurrent",
                                "java.util.concurrent.atomic",
                                "sun.nio.ch",
                                "sun.security.action",
                                "sun.util.calendar")
                        .map(opened -> "--add-opens=java.base/" + opened + "=ALL-UNNAMED")
                        .toList());
    }

    /** Whether the programs on Spark are built: profile {@code spark}, which most builds leave out. */
    public static boolean sparkIsBuilt() {
        return Files.exists(SPARK.resolve("spark.jar"));
    }

    @Override
    public String toString() {
        return name;
    }
}
