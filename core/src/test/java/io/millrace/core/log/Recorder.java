// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.log;

import io.millrace.spi.wal.WalException;
import java.util.ArrayList;
import java.util.List;

/** Remembers what became of appends, each under the number that it was made for. */
final class Recorder {
    private final List<Integer> durable = new ArrayList<>();
    private final List<LogHandle> handles = new ArrayList<>();
    private final List<Integer> failed = new ArrayList<>();
    private final List<WalException> failures = new ArrayList<>();

    AppendCallback expecting(int number) {
        return new AppendCallback() {
            @Override
            public void durable(LogHandle handle) {
                synchronized (Recorder.this) {
                    durable.add(number);
                    handles.add(handle);
                }
            }

            @Override
            public void failed(WalException failure) {
                synchronized (Recorder.this) {
                    failed.add(number);
                    failures.add(failure);
                }
            }
        };
    }

    synchronized List<Integer> durable() {
        return List.copyOf(durable);
    }

    synchronized List<LogHandle> handles() {
        return List.copyOf(handles);
    }

    synchronized List<Integer> failed() {
        return List.copyOf(failed);
    }

    synchronized List<WalException> failures() {
        return List.copyOf(failures);
    }
}
