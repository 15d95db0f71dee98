// SPDX-License-Identifier: Apache-2.0
package io.millrace.dist;

import io.millrace.testkit.plugin.PluginPackagingConformance;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The zips and fat jars of our own plugins are what docs/spec/plugin-packaging.md says. */
@ParameterizedClass
@MethodSource("bundles")
class PackagingIT extends PluginPackagingConformance {
    private final Path bundle;

    PackagingIT(Path bundle) {
        this.bundle = bundle;
    }

    @Override
    protected Path bundle() {
        return bundle;
    }

    static Stream<Path> bundles() {
        return Stream.concat(
                Packaged.files(Packaged.PLUGINS, ".zip").stream(),
                Stream.of(
                                "inputs",
                                "listener-event-log",
                                "receiver-kafka-direct",
                                "receiver-kafka-reliable",
                                "sink-jdbc",
                                "sink-kafka",
                                "state-mvstore",
                                "wal-hdfs",
                                "wal-s3")
                        .map(Packaged::fatJar));
    }
}
