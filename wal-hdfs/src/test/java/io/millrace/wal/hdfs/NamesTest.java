// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.hdfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.spi.wal.WalPosition;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class NamesTest {
    @Test
    void sayWhatTheyStandFor() {
        assertThat(Names.claim(0xABCL)).isEqualTo("000abc");
        assertThat(Names.claimed("000abc")).isEqualTo(0xABC);
        assertThat(Names.epochDirectory(7)).isEqualTo("e000007");
        assertThat(Names.epochOf("e000007")).isEqualTo(7);
        assertThat(Names.epochOf("e000007.sealed")).isEqualTo(7);
        long segment = WalPosition.segment(7, 0x1F);
        assertThat(Names.segment(segment)).isEqualTo("seg-000000001f.wal");
        assertThat(Names.segmentOf(7, Names.segment(segment))).isEqualTo(segment);
    }

    @Test
    void areNotGuessedFromThoseOfOthers() {
        assertThat(Names.claimed("00000g")).isZero();
        assertThat(Names.claimed("0000001")).isZero();
        assertThat(Names.epochOf("e000007.sealed.old")).isZero();
        assertThat(Names.segmentOf(7, "seg-1f.wal")).isNull();
        assertThat(Names.isLogDirectory("log-data")).isTrue();
        assertThat(Names.isLogDirectory("log-")).isFalse();
        assertThat(Names.isLogDirectory("claims")).isFalse();
        assertThatThrownBy(() -> Names.logDirectory("../x")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void holdWholeMarks() {
        Mark mark = new Mark(3, 12, WalPosition.segment(2, 5), UUID.randomUUID(), true);
        assertThat(Mark.of(3, mark.name())).isEqualTo(mark);
        assertThat(Mark.of(3, mark.name() + "x")).isNull();
        Mark later = new Mark(4, 0, mark.first(), mark.id(), false);
        assertThat(Mark.ORDER.compare(mark, later)).isNegative();
    }
}
