// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.demo;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an engine process runs.
 *
 * @param plugins the directory of drop-in plugins
 * @param receiver the name of the receiver's provider
 * @param settings the receiver's settings
 * @param batchInterval of the word count
 * @param checkpoint where log, ledger and state are
 * @param walConfig the file with the log store's settings, as {@link LogSettings} reads it; null for none
 * @param results where the outputs are written
 */
public record EngineSpec(
        Path plugins,
        String receiver,
        Map<String, String> settings,
        Duration batchInterval,
        URI checkpoint,
        @Nullable Path walConfig,
        Path results) {}
