// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.watch;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What threads are at that say so themselves: calls that take long or come seldom, never one for each record. */
public final class Works implements Watched {
    private final Set<Work> works = ConcurrentHashMap.newKeySet();

    /** Something that a thread does until it closes this. */
    public final class Work implements AutoCloseable {
        private final Supplier<String> what;
        private final Thread thread = Thread.currentThread();

        private Work(Supplier<String> what) {
            this.what = what;
        }

        /** It is done. */
        @Override
        public void close() {
            works.remove(this);
        }
    }

    /** The calling thread begins with something; {@code what} is asked only if somebody wants to know. */
    public Work begin(Supplier<String> what) {
        Work begun = new Work(what);
        works.add(begun);
        return begun;
    }

    @Override
    public void look(Consumer<Sighting> into) {
        works.forEach(work -> into.accept(Sighting.of(work.what.get(), work, work.thread)));
    }
}
