// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import io.millrace.api.PlainText;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is wrong with files, each of which is tried again by itself, after a while that doubles. Files are told apart
 * by their paths, since names that the locale cannot express may look the same. Thread-safe.
 */
final class Faults {
    private static final Logger LOG = LoggerFactory.getLogger(Faults.class);
    private static final long FIRST = Duration.ofSeconds(1).toNanos();
    private static final long LONGEST = Duration.ofMinutes(1).toNanos();
    private static final int SHOWN = 5;

    private final Map<Path, Fault> held = new TreeMap<>();
    private volatile String told = "";

    private record Fault(String message, long waits, long next) {}

    /** Whether a file failed so lately that it is not looked at. */
    synchronized boolean waits(Path subject, long nanos) {
        Fault fault = held.get(subject);
        return fault != null && nanos - fault.next < 0;
    }

    /** Something is wrong with a file. */
    synchronized void failed(Path subject, Throwable cause, long nanos) {
        String message = PlainText.of(cause.toString());
        Fault before = held.get(subject);
        long waits = before == null ? FIRST : Math.min(LONGEST, 2 * before.waits);
        held.put(subject, new Fault(message, waits, nanos + waits));
        if (before == null && held.size() <= SHOWN) {
            LOG.warn("{} is not read, and tried again later: {}", PlainText.of(subject.toString()), message);
        }
        tell();
    }

    /** Nothing is wrong with a file, or it is gone. */
    synchronized void right(Path subject) {
        if (held.remove(subject) != null) {
            tell();
        }
    }

    private void tell() {
        StringBuilder text = new StringBuilder();
        held.entrySet().stream()
                .limit(SHOWN)
                .forEach(fault -> text.append(text.length() == 0 ? "" : "; ")
                        .append(PlainText.of(fault.getKey().toString()))
                        .append(": ")
                        .append(fault.getValue().message));
        told = held.size() > SHOWN ? text + "; and " + (held.size() - SHOWN) + " others" : text.toString();
    }

    /** What is wrong; empty if nothing is. */
    Optional<String> told() {
        String text = told;
        return text.isEmpty() ? Optional.empty() : Optional.of("these are not read, and tried again: " + text);
    }
}
