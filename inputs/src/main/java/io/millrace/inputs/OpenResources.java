// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import java.util.ArrayList;
import java.util.List;

/** What a loop has open that is closed when its receiver is stopped. Thread-safe. */
final class OpenResources {
    private final List<AutoCloseable> open = new ArrayList<>();
    private boolean closed;

    /** Closes {@code resource} later, or now if it is too late for that. */
    void add(AutoCloseable resource) {
        synchronized (this) {
            if (!closed) {
                open.add(resource);
                return;
            }
        }
        close(resource);
    }

    void close() {
        List<AutoCloseable> closing;
        synchronized (this) {
            closed = true;
            closing = List.copyOf(open);
            open.clear();
        }
        closing.forEach(OpenResources::close);
    }

    private static void close(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception | LinkageError e) {
            // it is given up either way, and the loop sees what there is to see
        }
    }
}
