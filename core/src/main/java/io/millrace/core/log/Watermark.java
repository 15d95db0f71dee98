// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.log;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** How many appends were answered, in order, and threads that wait for one of theirs. */
final class Watermark {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition advanced = lock.newCondition();
    private long value;
    private int waiting;

    void advance(int by) {
        lock.lock();
        try {
            value += by;
            if (waiting > 0) {
                advanced.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    void await(long target) throws InterruptedException {
        lock.lockInterruptibly();
        waiting++;
        try {
            while (value < target) {
                advanced.await();
            }
        } finally {
            waiting--;
            lock.unlock();
        }
    }
}
