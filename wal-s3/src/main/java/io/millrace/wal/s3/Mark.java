// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalPosition;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What is known of a log, as its marks say it: each is a small text under the next number, created only if that number is
 * free, and the highest counts (S3-20). A writer that is superseded finds its next number taken.
 *
 * @param number its own, from 1
 * @param epoch who wrote it
 * @param opening whether it is the first of its epoch: it stays for ever
 * @param exists whether the log does; it was deleted otherwise
 * @param first the first segment that counts: everything before is freed
 * @param sealed the epochs whose end is settled and that may hold segments that count, in order
 * @param unsealed the earlier epochs whose end is not settled, in order
 */
record Mark(
        long number,
        long epoch,
        boolean opening,
        boolean exists,
        long first,
        List<Sealed> sealed,
        List<Long> unsealed) {
    private static final String HEAD = "millrace-log-mark ";
    private static final int VERSION = 1;

    /** Before there is any. */
    static final Mark NONE = new Mark(0, 0, false, false, 0, List.of(), List.of());

    Mark {
        sealed = List.copyOf(sealed);
        unsealed = List.copyOf(unsealed);
    }

    /** An epoch that ended: its slots from 0 to before {@code slots} hold frames, and {@code slots} itself a fence. */
    record Sealed(long epoch, long slots) {}

    /** The first mark of a higher epoch, or the next of the same one: the log as it is, to be written by {@code by}. */
    Mark next(long by) {
        boolean opens = by != epoch;
        List<Long> open = new ArrayList<>(unsealed);
        if (opens && epoch > 0) {
            open.add(epoch);
        }
        return new Mark(number + 1, by, opens, exists, first, sealed, open);
    }

    /** The same number with the log there or deleted. */
    Mark existing(boolean now) {
        return new Mark(number, epoch, opening, now, first, sealed, unsealed);
    }

    /** The same number with everything before {@code segment} freed. */
    Mark from(long segment) {
        List<Sealed> left = sealed.stream()
                .filter(run -> run.slots() > 0
                        && Long.compareUnsigned(WalPosition.segment(run.epoch(), run.slots() - 1), segment) >= 0)
                .toList();
        return new Mark(number, epoch, opening, exists, segment, left, unsealed);
    }

    /** The same number with the end of every epoch settled. */
    Mark sealedAs(List<Sealed> all) {
        return new Mark(number, epoch, opening, exists, first, all, List.of()).from(first);
    }

    ByteBuffer encode() {
        StringBuilder text = new StringBuilder(HEAD).append(VERSION).append('\n');
        text.append("epoch ").append(epoch).append('\n');
        text.append("opening ").append(opening).append('\n');
        text.append("exists ").append(exists).append('\n');
        text.append("first ").append(Long.toUnsignedString(first, 16)).append('\n');
        sealed.forEach(run -> text.append("sealed ")
                .append(run.epoch())
                .append(' ')
                .append(run.slots())
                .append('\n'));
        unsealed.forEach(open -> text.append("unsealed ").append(open).append('\n'));
        return ByteBuffer.wrap(text.append("end\n").toString().getBytes(UTF_8));
    }

    static Mark decode(String key, long number, byte[] bytes) {
        List<String> lines = new String(bytes, UTF_8).lines().toList();
        if (!lines.isEmpty() && lines.get(0).startsWith(HEAD) && !lines.get(0).equals(HEAD + VERSION)) {
            throw new WalException(
                    Reason.UNSUPPORTED,
                    "object '" + key + "' was written by a later version of Millrace: run that one");
        }
        try {
            int end = lines.size() - 1;
            if (end < 5
                    || !lines.get(0).equals(HEAD + VERSION)
                    || !lines.get(end).equals("end")) {
                throw new NumberFormatException("it is cut off");
            }
            return new Mark(
                    number,
                    field(lines.get(1), "epoch", Long::parseLong),
                    field(lines.get(2), "opening", Boolean::parseBoolean),
                    field(lines.get(3), "exists", Boolean::parseBoolean),
                    field(lines.get(4), "first", text -> Long.parseUnsignedLong(text, 16)),
                    all(lines.subList(5, end), "sealed", Mark::sealed),
                    all(lines.subList(5, end), "unsealed", Long::parseLong));
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            throw new WalException(
                    Reason.CORRUPT,
                    "object '" + key + "' does not hold what was written (" + e.getMessage()
                            + "); restore it from a copy or a version of the bucket",
                    e);
        }
    }

    private static Sealed sealed(String text) {
        int space = text.indexOf(' ');
        return new Sealed(Long.parseLong(text.substring(0, space)), Long.parseLong(text.substring(space + 1)));
    }

    private static <T> List<T> all(List<String> lines, String name, Parser<T> parser) {
        return lines.stream()
                .filter(line -> line.startsWith(name + " "))
                .map(line -> field(line, name, parser))
                .toList();
    }

    private static <T> T field(String line, String name, Parser<T> parser) {
        if (!line.startsWith(name + " ")) {
            throw new NumberFormatException("line '" + line + "' should begin with " + name);
        }
        return parser.parse(line.substring(name.length() + 1));
    }

    /** Reads one value. */
    private interface Parser<T> {
        T parse(String text);
    }
}
