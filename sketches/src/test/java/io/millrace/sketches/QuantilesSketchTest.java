// SPDX-License-Identifier: Apache-2.0
package io.millrace.sketches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.ByteWriter;
import org.junit.jupiter.api.Test;

class QuantilesSketchTest {
    private static QuantilesSketch of(int from, int until) {
        QuantilesSketch sketch = QuantilesSketch.empty(QuantilesSketch.USUAL_K);
        for (int value = from; value < until; value++) {
            sketch.add(value);
        }
        return sketch;
    }

    @Test
    void fewAreExact() {
        QuantilesSketch sketch = of(1, 101);

        assertThat(sketch.quantile(0.5)).isEqualTo(50);
        assertThat(sketch.quantile(0)).isEqualTo(1);
        assertThat(sketch.quantile(1)).isEqualTo(100);
        assertThat(sketch.rank(25)).isEqualTo(0.25);
    }

    @Test
    void manyAreWithinTheErrorThatItPromises() {
        QuantilesSketch sketch = of(0, 100_000).merge(of(100_000, 300_000));

        assertThat(sketch.count()).isEqualTo(300_000);
        assertThat(sketch.min()).isZero();
        assertThat(sketch.max()).isEqualTo(299_999);
        // Three times the promised error, which one run of a hundred exceeds
        assertThat(sketch.quantile(0.5)).isCloseTo(150_000, within(300_000 * 0.04));
        assertThat(sketch.quantile(0.99)).isCloseTo(297_000, within(300_000 * 0.04));
    }

    @Test
    void aMergeChangesNeither() {
        QuantilesSketch left = of(0, 10);

        left.merge(of(10, 20)).add(1_000);

        assertThat(left.count()).isEqualTo(10);
        assertThat(left.max()).isEqualTo(9);
    }

    @Test
    void nothingHasNoQuantiles() {
        QuantilesSketch nothing = of(0, 0).add(Double.NaN);

        assertThat(nothing.count()).isZero();
        assertThat(nothing.quantile(0.5)).isNaN();
        assertThat(nothing.rank(1)).isNaN();
        assertThat(nothing.max()).isNaN();
    }

    @Test
    void itIsWrittenAndReadAndOfAKnownSize() {
        ByteWriter out = new ByteWriter(16);
        QuantilesSketch written = of(0, 1_000_000);
        QuantilesSketch.codec().encode(written, out);

        QuantilesSketch read = QuantilesSketch.codec().decode(new ByteReader(out.toByteArray()), 1);

        assertThat(out.size()).isLessThan(8_192);
        assertThat(read.quantile(0.25)).isEqualTo(written.quantile(0.25));
    }

    @Test
    void aRankThatCannotBeIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> of(0, 10).quantile(99))
                .withMessage("rank is 99.0: give 0 to 1; 0.5 is the median");
    }
}
