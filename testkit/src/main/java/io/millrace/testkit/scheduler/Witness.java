// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.scheduler;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What tasks did, as they tell it: a function may hold one and be serialized, and its copy tells the same witness of this
 * JVM. Thread-safe.
 */
final class Witness implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final Map<Long, Witness> ALL = new ConcurrentHashMap<>();
    private static final AtomicLong IDS = new AtomicLong();

    private final long id = IDS.incrementAndGet();
    private final transient List<String> told = new ArrayList<>();
    private final transient Map<String, CountDownLatch> gates = new HashMap<>();
    private transient int inside;
    private transient int mostInside;

    Witness() {
        ALL.put(id, this);
    }

    private Object readResolve() {
        return ALL.getOrDefault(id, this);
    }

    /** Forgets everything that this JVM's witnesses were told. */
    static void dismissAll() {
        ALL.values().forEach(Witness::openAll);
        ALL.clear();
    }

    synchronized void tell(String what) {
        told.add(what);
    }

    synchronized List<String> told() {
        return List.copyOf(told);
    }

    synchronized int count(String what) {
        return (int) told.stream().filter(what::equals).count();
    }

    boolean knows(String what) {
        return count(what) > 0;
    }

    synchronized void enter() {
        mostInside = Math.max(mostInside, ++inside);
    }

    synchronized void leave() {
        inside--;
    }

    synchronized int inside() {
        return inside;
    }

    synchronized int mostInside() {
        return mostInside;
    }

    private synchronized CountDownLatch gate(String name) {
        return gates.computeIfAbsent(name, key -> new CountDownLatch(1));
    }

    void open(String gate) {
        gate(gate).countDown();
    }

    private synchronized void openAll() {
        gates.values().forEach(CountDownLatch::countDown);
    }

    /** Waits at a gate, two minutes at most: longer than any test. */
    void pass(String gate) throws InterruptedException {
        if (!gate(gate).await(2, TimeUnit.MINUTES)) {
            throw new IllegalStateException("the gate was not opened: '" + gate + "'");
        }
    }

    /** Waits at a gate whatever interrupts it. */
    void passStubbornly(String gate) {
        boolean interrupted = false;
        while (true) {
            try {
                pass(gate);
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
