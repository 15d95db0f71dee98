// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.output;

import io.millrace.api.BatchId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * How the directories of an output are called: that of a batch, and the hidden one in which an attempt writes it. The
 * hidden name holds the output and the checkpoint (as checksums), the epoch and the attempt, so that everybody's leftovers are
 * told apart.
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

    /** The directory in which an attempt of a checkpoint writes. */
    Path hidden(BatchId id, String identity) {
        return parent().resolve(beginning(id) + writer(id.programId(), id.output()) + ofCheckpoint(identity) + "."
                + id.epoch() + "-" + id.attempt() + ATTEMPT);
    }

    /** How the names of hidden directories of a batch begin. */
    String beginning(BatchId id) {
        return HIDDEN + name(visible(id)) + ".";
    }

    /** Where a directory of a batch goes that another checkpoint wrote and that is replaced. */
    Path replaced(BatchId id, String identity) {
        return parent().resolve(
                        beginning(id) + writer(id.programId(), id.output()) + ofCheckpoint(identity) + ".replaced");
    }

    /** The file that says who has taken the directories of an output over. */
    Path claim(String programId, String output) {
        return parent().resolve(HIDDEN + name(Path.of(prefix)) + "." + writer(programId, output) + ".claim");
    }

    /** The batch time that the name of a directory stands for; empty if it is none of a batch. */
    Optional<Long> batchOf(String name) {
        Matcher visible = Pattern.compile(
                        Pattern.quote(name(Path.of(prefix + "-"))) + "(-?\\d{1,18})" + Pattern.quote(suffix))
                .matcher(name);
        return visible.matches() ? Optional.of(Long.parseLong(visible.group(1))) : Optional.empty();
    }

    /** The directory that holds all of them. */
    Path parent() {
        Path any = Path.of(prefix + "-0").toAbsolutePath();
        return Optional.ofNullable(any.getParent()).orElse(any);
    }

    /**
     * What a hidden directory's name says of who made it.
     *
     * @param checkpoint the checksum of its checkpoint's identity; empty if that has none
     * @param epoch its start
     */
    record Leftover(String checkpoint, long epoch) {
        /** Whether it is of a checkpoint. */
        boolean isOf(String identity) {
            return (checkpoint.isEmpty() ? "" : "." + checkpoint).equals(ofCheckpoint(identity));
        }
    }

    /** Who made a hidden directory; empty if it is none of this output. */
    Optional<Leftover> leftover(String name, String programId, String output) {
        Matcher hidden = Pattern.compile(Pattern.quote(HIDDEN + name(Path.of(prefix + "-"))) + "-?\\d+"
                        + Pattern.quote(suffix + "." + writer(programId, output))
                        + "(?:\\.([0-9a-f]{8}))?\\.(\\d{1,18})-\\d+" + Pattern.quote(ATTEMPT))
                .matcher(name);
        return hidden.matches()
                ? Optional.of(
                        new Leftover(Optional.ofNullable(hidden.group(1)).orElse(""), Long.parseLong(hidden.group(2))))
                : Optional.empty();
    }

    /** Whether a directory could be a hidden one of whatever output writes here. */
    boolean isHidden(String name) {
        return Pattern.matches(
                Pattern.quote(HIDDEN + name(Path.of(prefix + "-"))) + "-?\\d+" + Pattern.quote(suffix)
                        + "(?:\\.[0-9a-f]{8}){1,2}\\.\\d{1,18}-\\d+" + Pattern.quote(ATTEMPT),
                name);
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    private static String writer(String programId, String output) {
        return checksum(programId + "\n" + output);
    }

    private static String ofCheckpoint(String identity) {
        return identity.isEmpty() ? "" : "." + checksum(identity);
    }

    private static String checksum(String text) {
        CRC32C checksum = new CRC32C();
        checksum.update(text.getBytes(StandardCharsets.UTF_8));
        return String.format(Locale.ROOT, "%08x", checksum.getValue());
    }
}
