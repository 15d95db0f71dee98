// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugins;

import java.nio.file.Path;
import java.util.List;

/**
 * A plugin that was read and found in order, but is not loaded.
 *
 * @param file the zip or jar in the plugins directory
 * @param classPath the jars and folders that its classes are in
 */
record Bundle(Path file, Descriptor descriptor, List<Path> classPath) {
    Bundle {
        classPath = List.copyOf(classPath);
    }
}
