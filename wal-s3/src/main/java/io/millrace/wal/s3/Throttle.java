// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

/**
 * How many writes may be on their way at once: one more after each that went well, half as many after the server asked to
 * slow down. Thread-safe.
 */
final class Throttle {
    private final int most;
    private double allowed;
    private int underWay;

    Throttle(int most) {
        this.most = most;
        this.allowed = most;
    }

    synchronized void enter() {
        boolean interrupted = false;
        while (underWay >= Math.max(1, (int) allowed)) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        underWay++;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends what {@link #enter} began. */
    synchronized void leave(boolean slowDown) {
        underWay--;
        allowed = slowDown ? Math.max(1, allowed / 2) : Math.min(most, allowed + 1 / allowed);
        notifyAll();
    }

    synchronized int underWay() {
        return underWay;
    }

    synchronized int allowed() {
        return Math.max(1, (int) allowed);
    }
}
