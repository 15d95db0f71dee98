// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.misbehavior;

import io.millrace.core.failure.Unspeakable;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** What a function of the program may do instead of what it should; the name of the error is in every message. */
enum Misbehavior {
    THROWS("IllegalStateException") {
        @Override
        void act() {
            throw new IllegalStateException("bad");
        }
    },
    THROWS_CHECKED("IOException") {
        @Override
        void act() throws IOException {
            throw new IOException("bad");
        }
    },
    THROWS_AN_ERROR("AssertionError") {
        @Override
        void act() {
            throw new AssertionError("bad");
        }
    },
    MISSES_A_CLASS("NoClassDefFoundError") {
        @Override
        void act() {
            throw new NoClassDefFoundError("bad");
        }
    },
    OVERFLOWS_THE_STACK("StackOverflowError") {
        @Override
        void act() {
            overflow(0);
        }
    },
    FILLS_THE_HEAP("OutOfMemoryError") {
        @Override
        void act() {
            throw new OutOfMemoryError("bad"); // as an array that is too large does; the heap of these tests stays free
        }
    },
    THROWS_AN_INTERRUPTION("InterruptedException") {
        @Override
        void act() throws InterruptedException {
            throw new InterruptedException("bad");
        }
    },
    INTERRUPTS_AND_THROWS("IllegalStateException") {
        @Override
        void act() {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("bad");
        }
    },
    THROWS_A_CANCELLATION("CancellationException") {
        @Override
        void act() {
            throw new CancellationException("bad");
        }
    },
    LIES_IN_THE_MESSAGE("Unspeakable (whose message cannot be had)") {
        @Override
        void act() {
            throw new Unspeakable();
        }
    },
    THROWS_A_CIRCLE("Circle") {
        @Override
        void act() {
            throw new Circle(new Circle(null));
        }
    };

    private final String named;

    Misbehavior(String named) {
        this.named = named;
    }

    /** Does it; never returns. */
    abstract void act() throws Exception;

    /** What a message must say. */
    String named() {
        return named;
    }

    @SuppressWarnings("InfiniteRecursion") // the point of it
    private static int overflow(int depth) {
        return overflow(depth + 1) + 1;
    }

    /** Throws what it throws where nothing checked may be thrown. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the point of it
    <X extends Throwable, R> R now() throws X {
        try {
            act();
        } catch (Throwable thrown) {
            throw (X) thrown;
        }
        throw new AssertionError("it returned");
    }

    /** A cause of its cause. */
    private static final class Circle extends CompletionException {
        private static final long serialVersionUID = 1L;

        private @Nullable Circle other;

        Circle(@Nullable Circle other) {
            super("bad");
            this.other = other;
            if (other != null) {
                other.other = this;
            }
        }

        @Override
        public synchronized @Nullable Throwable getCause() {
            return other;
        }
    }
}
