// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.output;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who has taken an output's directories over from another checkpoint: a hidden file beside them, which is there only if
 * somebody has.
 *
 * @param identity the checkpoint
 * @param epoch its start
 * @param last the newest batch, in ms, that it continues; what others wrote later is not its own
 */
record TargetClaim(String identity, long epoch, long last) {
    private static final Pattern FORMAT =
            Pattern.compile("millrace 1\ncheckpoint (\\S{1,100})\nepoch (\\d{1,18})\nlast (-?\\d{1,19})\nend\n");

    /** Reads what the file says; empty if it is not there. */
    static Optional<TargetClaim> read(Path file) throws IOException {
        String text;
        try {
            text = Files.readString(file);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        return parse(text, file);
    }

    private static Optional<TargetClaim> parse(String text, Path file) {
        if (text.isEmpty()) {
            return Optional.empty(); // somebody was about to write it
        }
        Matcher format = FORMAT.matcher(text);
        if (!format.matches()) {
            throw new MillraceException(
                    ErrorCode.CORRUPT_DATA,
                    "'" + file + "' says whose the directories beside it are, and does not say it in a way that this"
                            + " version of Millrace knows: start the version that wrote it, or delete the file if no other"
                            + " program writes there");
        }
        return Optional.of(
                new TargetClaim(format.group(1), Long.parseLong(format.group(2)), Long.parseLong(format.group(3))));
    }

    /**
     * Writes the file if what it says by now is still what is expected; no other process can in between.
     *
     * @return whether it is written
     */
    boolean write(Path file, Predicate<Optional<TargetClaim>> expected) throws IOException {
        synchronized (TargetClaim.class) { // the lock is the process's
            try (FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                channel.lock();
                ByteBuffer there = ByteBuffer.allocate((int) Math.min(4096, channel.size()));
                while (there.hasRemaining() && channel.read(there, there.position()) >= 0) {
                    // to its end
                }
                String text = new String(there.array(), 0, there.position(), StandardCharsets.UTF_8);
                if (!expected.test(parse(text, file))) {
                    return false;
                }
                ByteBuffer bytes = ByteBuffer.wrap(
                        ("millrace 1\ncheckpoint " + identity + "\nepoch " + epoch + "\nlast " + last + "\nend\n")
                                .getBytes(StandardCharsets.UTF_8));
                long length = bytes.remaining();
                channel.write(bytes, 0);
                channel.truncate(length);
                channel.force(true);
            }
        }
        Path parent = file.getParent();
        if (parent != null) {
            Disk.force(parent);
        }
        return true;
    }
}
