// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.demo;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.stream.Collectors;

/** Plain lines, for files and pipes: one every two seconds. */
final class PlainScreen implements Screen {
    private static final long PERIOD_SECONDS = 2;

    private final PrintWriter out;
    private long next;

    PlainScreen(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void print(String line) {
        out.println(line);
        out.flush();
    }

    @Override
    public void show(Status status) {
        if (status.elapsed().toSeconds() < next) {
            return;
        }
        next = status.elapsed().toSeconds() + PERIOD_SECONDS;
        print(line(status));
    }

    /** One line. */
    static String line(Status status) {
        String top = status.top().stream()
                .limit(1)
                .map(entry -> String.format(Locale.ROOT, ", %s %,d", entry.getKey(), entry.getValue()))
                .collect(Collectors.joining());
        return String.format(
                Locale.ROOT,
                "%3d s  %s: produced %,d, counted %,d (%,.0f/s), batches %,d, delay %.0f+%.0f ms%s%s",
                status.elapsed().toSeconds(),
                status.phase().label(),
                status.produced(),
                status.counted(),
                status.countedRate(),
                status.batches(),
                status.lastBatch().schedulingMillis(),
                status.lastBatch().processingMillis(),
                status.restarts() == 0 ? "" : ", restarts " + status.restarts(),
                top);
    }

    @Override
    public void close() {
        out.flush();
    }
}
