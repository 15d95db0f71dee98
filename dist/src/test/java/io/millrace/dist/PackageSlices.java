// SPDX-License-Identifier: Apache-2.0
package io.millrace.dist;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;

/**
 * One slice per package, except that the program's side is one: streams, their functions and codecs speak of each other,
 * and a builder asks the engine's SPI for the context that the engine makes of it.
 */
final class PackageSlices implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass type) {
        String name = type.getPackageName();
        boolean programSide = name.startsWith("io.millrace.api") || name.equals("io.millrace.spi.engine");
        return SliceIdentifier.of(programSide ? "io.millrace.api" : name);
    }

    @Override
    public String getDescription() {
        return "packages";
    }
}
