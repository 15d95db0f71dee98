// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.demo;

import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** The bar that shows how much of the time to produce has passed, drawn by the progressbar library into a string. */
final class TimeBar implements AutoCloseable {
    private static final int NEVER_BY_ITSELF_MILLIS = Integer.MAX_VALUE;

    private final ProgressBarStyle style;
    private @Nullable ProgressBar bar;
    private int width;
    private volatile String text = "";

    TimeBar(boolean unicode) {
        style = unicode ? ProgressBarStyle.UNICODE_BLOCK : ProgressBarStyle.ASCII;
    }

    String render(Status status, int columns) {
        if (bar == null || width != columns) {
            close();
            width = columns;
            bar = new ProgressBarBuilder()
                    .setInitialMax(status.producing().toSeconds())
                    .setStyle(style)
                    .setUnit(" s", 1)
                    .hideEta()
                    .setUpdateIntervalMillis(NEVER_BY_ITSELF_MILLIS)
                    .setConsumer(new DelegatingProgressBarConsumer(line -> text = line, columns))
                    .build();
        }
        bar.stepTo(Math.min(status.elapsed().toSeconds(), status.producing().toSeconds()));
        bar.setExtraMessage(" " + status.phase().label());
        bar.refresh();
        return text.strip();
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
