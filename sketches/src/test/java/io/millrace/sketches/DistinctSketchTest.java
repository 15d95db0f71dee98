// SPDX-License-Identifier: Apache-2.0
package io.millrace.sketches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.ByteWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DistinctSketchTest {
    private static DistinctSketch of(int from, int until) {
        DistinctSketch sketch = DistinctSketch.empty(DistinctSketch.USUAL_LG_K);
        for (int value = from; value < until; value++) {
            sketch.add(("user-" + value).getBytes(StandardCharsets.UTF_8));
        }
        return sketch;
    }

    @Test
    void fewAreCountedExactly() {
        assertThat(of(0, 0).estimate()).isZero();
        assertThat(of(0, 7).union(of(0, 7)).estimate()).isCloseTo(7, within(1e-3));
    }

    @Test
    void manyAreCountedWithinTheBoundsThatItGives() {
        DistinctSketch sketch = of(0, 200_000);

        assertThat(sketch.estimate()).isCloseTo(200_000, within(200_000 * 0.033));
        assertThat(sketch.lowerBound()).isLessThan(sketch.estimate());
        assertThat(sketch.upperBound()).isGreaterThan(sketch.estimate());
    }

    @Test
    void aUnionCountsWhatBothSawOnceAndChangesNeither() {
        DistinctSketch left = of(0, 60_000);
        DistinctSketch right = of(40_000, 100_000);
        double before = left.estimate();

        DistinctSketch both = left.union(right);

        assertThat(both.estimate()).isCloseTo(100_000, within(100_000 * 0.033));
        assertThat(left.estimate()).isEqualTo(before);
        assertThat(both.add(new byte[] {1, 2, 3})).isNotSameAs(left);
        assertThat(left.estimate()).isEqualTo(before);
    }

    @Test
    void anEmptyValueIsAValue() {
        assertThat(of(0, 0).add(new byte[0]).add(new byte[0]).estimate()).isCloseTo(1, within(1e-3));
    }

    @Test
    void itIsWrittenAndReadAndOfAKnownSize() {
        ByteWriter out = new ByteWriter(16);
        DistinctSketch.codec().encode(of(0, 1_000_000), out);

        DistinctSketch read = DistinctSketch.codec().decode(new ByteReader(out.toByteArray()), 1);

        assertThat(out.size()).isLessThan(2_500);
        assertThat(read.estimate()).isEqualTo(of(0, 1_000_000).estimate());
    }

    @Test
    void aPrecisionThatCannotBeIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DistinctSketch.empty(22))
                .withMessage("lgK is 22: give 4 to 21; 12 takes 2 KB");
    }
}
