// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.receiver;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A queue in memory, as brokers of messages keep them: what was handed out is not handed out again until it is given back, and
 * goes for good when it is acknowledged.
 */
final class TokenQueue {
    private final Deque<Message> waiting = new ArrayDeque<>();
    private final TreeMap<Long, Message> handedOut = new TreeMap<>();
    private final Set<String> acknowledged = new HashSet<>();
    private long sent;

    /**
     * A message.
     *
     * @param id grows from one to the next
     */
    record Message(long id, String value) {}

    synchronized void send(List<String> values) {
        for (String value : values) {
            waiting.add(new Message(sent++, value));
        }
    }

    /** The next message; null if there is none now. */
    synchronized @Nullable Message receive() {
        Message message = waiting.poll();
        if (message != null) {
            handedOut.put(message.id(), message);
        }
        return message;
    }

    /** Removes every message that was handed out, up to one. */
    synchronized void acknowledge(long upTo) {
        Map<Long, Message> done = handedOut.headMap(upTo, true);
        done.values().forEach(message -> acknowledged.add(message.value()));
        done.clear();
    }

    /** The consumer is gone: what it was handed comes again, in order. */
    synchronized void giveBack() {
        handedOut.descendingMap().values().forEach(waiting::addFirst);
        handedOut.clear();
    }

    synchronized Set<String> acknowledged() {
        return Set.copyOf(acknowledged);
    }
}
