// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.stop;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Properties;

/** Small files of properties that appear whole. */
final class PropertyFiles {
    private PropertyFiles() {}

    static void write(Path file, Map<String, String> properties) {
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        Properties written = new Properties();
        written.putAll(properties);
        try {
            try (Writer out = Files.newBufferedWriter(partial)) {
                written.store(out, null);
            }
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new MillraceException(ErrorCode.EXTERNAL_SYSTEM, "cannot write '" + file + "': " + e, e);
        }
    }
}
