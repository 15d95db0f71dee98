// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.output;

import io.millrace.api.BatchId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * How the directories of an output are called: that of a batch, and the hidden one in which an attempt writes it. The
 * hidden name holds the output (as a checksum), the epoch and the attempt, so that everybody's leftovers are told apart.
 *
 * @param prefix path and beginning of the name
 * @param suffix the end of the name with its dot; may be empty
 */
record BatchDirectory(String prefix, String suffix) {
    private static final String HIDDEN = ".";
    private static final String ATTEMPT = ".part";

    /** The directory that stands for the whole batch. */
    Path visible(BatchId id) {
        return Path.of(prefix + "-" + id.batchTime().toEpochMilli() + suffix).toAbsolutePath();
    }

    /** The directory in which an attempt writes. */
    Path hidden(BatchId id) {
        return parent().resolve(HIDDEN + name(visible(id)) + "." + writer(id.programId(), id.output()) + "."
                + id.epoch() + "-" + id.attempt() + ATTEMPT);
    }

    /** The directory that holds all of them. */
    Path parent() {
        Path any = Path.of(prefix + "-0").toAbsolutePath();
        return Optional.ofNullable(any.getParent()).orElse(any);
    }

    /** The epoch that made a hidden directory; empty if it is none of this output. */
    Optional<Long> epochOf(String name, String programId, String output) {
        Matcher hidden = Pattern.compile(Pattern.quote(HIDDEN + name(Path.of(prefix + "-"))) + "-?\\d+"
                        + Pattern.quote(suffix + "." + writer(programId, output)) + "\\.(\\d{1,18})-\\d+"
                        + Pattern.quote(ATTEMPT))
                .matcher(name);
        return hidden.matches() ? Optional.of(Long.parseLong(hidden.group(1))) : Optional.empty();
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    private static String writer(String programId, String output) {
        CRC32C checksum = new CRC32C();
        checksum.update((programId + "\n" + output).getBytes(StandardCharsets.UTF_8));
        return String.format("%08x", checksum.getValue());
    }
}
