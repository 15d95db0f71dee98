// SPDX-License-Identifier: Apache-2.0
package io.millrace.api;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How far a window reaches back and how often it is seen. At a batch time t that is a multiple of the slide, a windowed
 * stream has the elements of the batches in (t − length, t]; at other times it has no batch, and outputs after it are
 * not called. Windows begin with the first batch: the first ones have less than their length.
 *
 * <p>Both must be multiples of the slide of the stream that is windowed, which is the batch interval unless that stream
 * is windowed itself. Slides are aligned to the epoch, so that they do not depend on when the program was started.
 *
 * @since 0.1
 */
public final class Window {
    private final Duration length;
    private final Optional<Duration> slide;

    private Window(Duration length, Optional<Duration> slide) {
        this.length = Objects.requireNonNull(length, "length is null");
        this.slide = slide;
        if (length.isNegative() || length.isZero()) {
            throw new IllegalArgumentException("a window of " + length + ": give a positive length");
        }
        slide.filter(each -> each.isNegative() || each.isZero()).ifPresent(each -> {
            throw new IllegalArgumentException("a window that slides by " + each + ": give a positive slide");
        });
        Durations.length("a window of", length);
        slide.ifPresent(each -> Durations.length("a window that slides by", each));
    }

    /** A window that slides with every batch of the stream. */
    public static Window of(Duration length) {
        return new Window(length, Optional.empty());
    }

    /** A window of a length and a slide. */
    public static Window of(Duration length, Duration slide) {
        return new Window(length, Optional.of(slide));
    }

    /** A window whose slide is its length, so that each batch is in exactly one. */
    public static Window tumbling(Duration length) {
        return of(length, length);
    }

    /** How far it reaches back. */
    public Duration length() {
        return length;
    }

    /** How often it is seen; empty for the slide of the stream. */
    public Optional<Duration> slide() {
        return slide;
    }

    @Override
    public String toString() {
        return "window of " + length + slide.map(each -> " every " + each).orElse("");
    }
}
