// SPDX-License-Identifier: Apache-2.0
package io.millrace.sketches;

import static java.util.Objects.requireNonNull;

import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.ByteWriter;
import io.millrace.api.codec.Codec;
import java.util.Locale;
import org.apache.datasketches.kll.KllDoublesSketch;
import org.apache.datasketches.memory.Memory;

/**
 * How values are distributed, approximately: a KLL sketch of Apache DataSketches. With the usual {@code k} of
 * {@value #USUAL_K} it takes a few KB however many values there were, and the rank of what it returns is within 1.33
 * percentage points of the one asked for, 99 times of 100. Up to {@code k} values it is exact.
 *
 * <p>Which values it keeps is left to chance: two runs over the same values may differ within these bounds. What was
 * committed is not computed again.
 *
 * <p>Immutable to programs, and safe for use by several threads.
 *
 * @since 0.1
 */
public final class QuantilesSketch {
    /** How many values are kept at the coarsest, unless another number is asked for. */
    public static final int USUAL_K = 200;

    static final int LEAST_K = 8;
    static final int MOST_K = 65_535;

    private final KllDoublesSketch sketch;

    private QuantilesSketch(KllDoublesSketch sketch) {
        this.sketch = sketch;
    }

    /**
     * A sketch of nothing.
     *
     * @param k {@value #LEAST_K} to {@value #MOST_K}: twice as much halves the error and doubles the size
     */
    public static QuantilesSketch empty(int k) {
        if (k < LEAST_K || k > MOST_K) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT, "k is %d: give %d to %d; %d takes a few KB", k, LEAST_K, MOST_K, USUAL_K));
        }
        return new QuantilesSketch(KllDoublesSketch.newHeapInstance(k));
    }

    /** How sketches are written: DataSketches' own form, which its implementations in other languages read. */
    public static Codec<QuantilesSketch> codec() {
        return SketchCodec.INSTANCE;
    }

    /** How many values there were: exact. */
    public long count() {
        return sketch.getN();
    }

    /** The smallest value: exact. NaN if there were none. */
    public double min() {
        return count() == 0 ? Double.NaN : sketch.getMinItem();
    }

    /** The largest value: exact. NaN if there were none. */
    public double max() {
        return count() == 0 ? Double.NaN : sketch.getMaxItem();
    }

    /**
     * A value that about this part of all values do not exceed; NaN if there were none.
     *
     * @param rank 0 to 1; 0.5 for the median, 0.99 for the 99th percentile
     */
    public synchronized double quantile(double rank) { // the library keeps a view that its first reader makes
        if (!(rank >= 0 && rank <= 1)) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "rank is %s: give 0 to 1; 0.5 is the median", rank));
        }
        return count() == 0 ? Double.NaN : sketch.getQuantile(rank);
    }

    /** About which part of all values do not exceed this one, 0 to 1; NaN if there were none. */
    public synchronized double rank(double value) {
        return count() == 0 ? Double.NaN : sketch.getRank(value);
    }

    /** A sketch of all values of both. Neither is changed. */
    public QuantilesSketch merge(QuantilesSketch other) {
        requireNonNull(other, "other is null");
        KllDoublesSketch merged = KllDoublesSketch.newHeapInstance(Math.max(sketch.getK(), other.sketch.getK()));
        merged.merge(sketch);
        merged.merge(other.sketch);
        return new QuantilesSketch(merged);
    }

    /** Takes a value in; NaN is none. Only for a sketch that its caller has shared with no other code. */
    QuantilesSketch add(double value) {
        if (!Double.isNaN(value)) {
            sketch.update(value);
        }
        return this;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%d values, %s to %s, median ≈ %s", count(), min(), max(), quantile(0.5));
    }

    private static final class SketchCodec implements Codec<QuantilesSketch> {
        private static final SketchCodec INSTANCE = new SketchCodec();
        private static final long serialVersionUID = 1;

        @Override
        public String id() {
            return "millrace.sketch.quantiles";
        }

        @Override
        public void encode(QuantilesSketch value, ByteWriter out) {
            out.writeBytes(value.sketch.toByteArray());
        }

        @Override
        public QuantilesSketch decode(ByteReader in, int version) {
            return new QuantilesSketch(KllDoublesSketch.heapify(Memory.wrap(in.readBytes())));
        }
    }
}
