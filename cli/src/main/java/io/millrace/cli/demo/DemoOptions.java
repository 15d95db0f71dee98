// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.demo;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a demo is run with.
 *
 * @param producing how long lines are produced
 * @param receiver the name of the receiver's provider
 * @param rate lines per second
 * @param batchInterval of the word count
 * @param directory the parent of the run's own directory
 * @param bootstrapServers the user's broker; null to start one
 * @param chaos whether the engine is killed on the way
 * @param seed of the words and of the kills
 * @param plugins the directory of drop-in plugins
 * @param pluginOrigin finds the file in it that the receiver comes from, or throws
 * @param kafkaJars the jars of the broker to start; null if there is none to start
 * @param wal the kind of log to make for the engine; null if {@code walConfig} is given
 * @param walConfig the file that names the user's own log store; null to make one
 * @param walJars the jars of the log's servers to start; null if there are none to start
 * @param walOrigin finds the file that the log store's provider comes from, or throws; empty for the built-in one
 */
public record DemoOptions(
        Duration producing,
        String receiver,
        int rate,
        Duration batchInterval,
        Path directory,
        @Nullable String bootstrapServers,
        boolean chaos,
        long seed,
        Path plugins,
        Supplier<String> pluginOrigin,
        @Nullable Path kafkaJars,
        @Nullable DemoLog wal,
        @Nullable Path walConfig,
        @Nullable Path walJars,
        Supplier<String> walOrigin) {}
