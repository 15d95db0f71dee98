// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.fault;

import io.millrace.benchmarks.measure.ThisJvm;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * Where a program keeps its logs.
 *
 * @param location the checkpoint
 * @param settings those of the log store, without {@code wal.}
 */
record LogPlace(URI location, Map<String, String> settings) {
    /** Returns what this JVM was told. */
    static LogPlace ofThisJvm() throws IOException {
        Properties read = new Properties();
        try (Reader in = Files.newBufferedReader(Path.of(ThisJvm.property("log-settings")))) {
            read.load(in);
        }
        Map<String, String> settings = new TreeMap<>();
        read.stringPropertyNames().forEach(name -> settings.put(name, read.getProperty(name)));
        return new LogPlace(URI.create(ThisJvm.property("log-location")), settings);
    }

    /** Returns the arguments for the JVM that shall use this; the settings, which may be secret, go by a file. */
    List<String> jvmArguments(Path file) throws IOException {
        Properties written = new Properties();
        written.putAll(settings);
        try (Writer out = Files.newBufferedWriter(file)) {
            written.store(out, null);
        }
        return List.of(ThisJvm.argument("log-location", location), ThisJvm.argument("log-settings", file));
    }
}
