// SPDX-License-Identifier: Apache-2.0
package io.millrace.dist;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.Set;

/**
 * One slice per package, except that the program's side is one: streams, their functions and codecs speak of each other,
 * a builder asks the engine's SPI for the context that the engine makes of it, and a program may bring receivers,
 * sources and sinks of its own.
 */
final class PackageSlices implements SliceAssignment {
    private static final Set<String> PROGRAM_SIDE = Set.of(
            "io.millrace.spi.direct",
            "io.millrace.spi.engine",
            "io.millrace.spi.plugin",
            "io.millrace.spi.receiver",
            "io.millrace.spi.sink");

    @Override
    public SliceIdentifier getIdentifierOf(JavaClass type) {
        String name = type.getPackageName();
        boolean programSide = name.startsWith("io.millrace.api") || PROGRAM_SIDE.contains(name);
        return SliceIdentifier.of(programSide ? "io.millrace.api" : name);
    }

    @Override
    public String getDescription() {
        return "packages";
    }
}
