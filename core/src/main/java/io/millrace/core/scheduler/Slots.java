// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scheduler;

/** Which task slot the calling thread is. */
final class Slots {
    private static final ThreadLocal<Integer> SLOT = ThreadLocal.withInitial(() -> 0);

    private Slots() {}

    static void set(int slot) {
        SLOT.set(slot);
    }

    static int current() {
        return SLOT.get();
    }
}
