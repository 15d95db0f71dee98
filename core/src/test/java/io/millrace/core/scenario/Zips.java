// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** Directories in one file. */
final class Zips {
    private Zips() {}

    /** Packs the files of a directory whose path in it is wanted. */
    static void pack(Path directory, Path zip, Predicate<Path> wanted) throws IOException {
        try (OutputStream file = Files.newOutputStream(zip);
                ZipOutputStream entries = new ZipOutputStream(file);
                Stream<Path> all = Files.walk(directory)) {
            for (Path each : all.filter(Files::isRegularFile).sorted().toList()) {
                Path name = directory.relativize(each);
                if (wanted.test(name)) {
                    entries.putNextEntry(new ZipEntry(name.toString()));
                    Files.copy(each, entries);
                    entries.closeEntry();
                }
            }
        }
    }

    static void unpack(Path zip, Path into) throws IOException {
        try (InputStream file = Files.newInputStream(zip);
                ZipInputStream entries = new ZipInputStream(file)) {
            for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                Path target = into.resolve(entry.getName());
                Files.createDirectories(target.getParent());
                Files.copy(entries, target);
            }
        }
    }
}
