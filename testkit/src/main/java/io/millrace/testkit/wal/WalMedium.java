// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.wal;

import java.util.Map;
import org.opentest4j.TestAbortedException;

/**
 * What lies under a store, as the tests of {@link WalMediumConformance} get at it behind the store's back: they damage what
 * is stored and make the medium refuse or fail. A test of a store gives what its medium has; a clause whose method is not
 * given is not tested, and says so. A method for something that cannot happen to the medium throws {@link CannotHappen}.
 *
 * <p>All methods are about the place of the running test. Offsets count the bytes of a segment's frames from 0, as in a
 * {@link io.millrace.spi.wal.WalPosition}. Everything that damages is called when no store has the place open: the last
 * one was {@linkplain WalStoreKit#kill killed}.
 *
 * @since 0.1
 */
public interface WalMedium {
    /** That which a test asks for cannot happen to this medium, so that the clause does not bind its store. */
    final class CannotHappen extends RuntimeException {
        private static final long serialVersionUID = 1L;

        /** With the reason, as half a sentence: {@code an object is created whole or not at all}. */
        public CannotHappen(String why) {
            super(why);
        }
    }

    /** A medium that only its store gets at and that does not fail; {@code why} says how that is. */
    static WalMedium outOfReach(String why) {
        return new WalMedium() {
            @Override
            public RuntimeException without(String method) {
                return new CannotHappen(why);
            }
        };
    }

    /** What a method throws that is not overridden: the test is given up, and its report names the method. */
    default RuntimeException without(String method) {
        return new TestAbortedException("needs WalMedium." + method
                + ": override it in what medium() of the store's own conformance test returns");
    }

    /** Leaves the first {@code length} bytes of a segment's frames, as an append that was torn does. */
    default void cut(String log, long segment, long length) {
        throw without("cut");
    }

    /** Changes a bit of the byte at {@code offset}. */
    default void flip(String log, long segment, long offset) {
        throw without("flip");
    }

    /** Takes a segment away. */
    default void remove(String log, long segment) {
        throw without("remove");
    }

    /** Puts what is stored for each of two segments in the place of the other. */
    default void exchange(String log, long first, long second) {
        throw without("exchange");
    }

    /** Leaves of segment {@code segment}, which does not exist, what its making leaves that was cut short. */
    default void begin(String log, long segment) {
        throw without("begin");
    }

    /** Makes the log, or the whole place, look as if a later version of the store had written it. */
    default void writeLaterVersion(String log) {
        throw without("writeLaterVersion");
    }

    /** Leaves things at the place that no store made, also near the log and with names that resemble the store's. */
    default void addStrangers(String log) {
        throw without("addStrangers");
    }

    /** Everything that is stored at the place: its name, and its contents or a digest of them. */
    default Map<String, String> contents() {
        throw without("contents");
    }

    /**
     * From now on the medium has no room for, or does not answer to, an append, and leaves no doubt about that. A store may
     * have room of its own for some more.
     */
    default void refuse() {
        throw without("refuse");
    }

    /** Makes the next request fail that should make appended bytes durable: whether they are is not known. */
    default void failNextSync() {
        throw without("failNextSync");
    }

    /** Ends what {@link #refuse} and {@link #failNextSync} did. */
    default void heal() {
        throw without("heal");
    }
}
