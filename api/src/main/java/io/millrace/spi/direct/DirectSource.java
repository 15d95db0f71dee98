// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.direct;

import io.millrace.api.source.OffsetRange;
import io.millrace.api.source.Position;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A source whose partitions can be read by range, any number of times. The planner calls {@link #start},
 * {@link #available} and {@link #plan} from one thread; {@link #reader} may be called from any.
 *
 * @since 0.1
 */
public interface DirectSource extends AutoCloseable {
    /**
     * Where this program has read to, by partition, as far as {@link #committed} of earlier processes told the source and it
     * remembers; empty if nothing is known. Asked once, before {@link #start}: a program that has read its input must not begin
     * anew without a word when it is started on an empty or a wrong checkpoint, nor read again what came after an older copy
     * of its checkpoint.
     */
    default Map<String, Position> published() {
        return Map.of();
    }

    /**
     * What there still is of ranges that an earlier process planned for a batch and did not commit. Asked once for each such
     * batch, before {@link #start}; may ask the source and wait. A source that can lose records (by retention, by a topic
     * that is made anew) and was told by a setting to go on without them says so here; the ledger then records the
     * difference as a gap, and the batch reads what is left however often it runs.
     *
     * @param planned the ranges of one batch
     * @throws io.millrace.api.MillraceException if something is gone and the source was not told to go on without it,
     *     naming what is gone and the choice
     */
    default Remains remains(List<OffsetRange> planned) {
        return Remains.all(planned);
    }

    /**
     * What is gone of the records that come next. Asked once, after {@link #remains} and before {@link #start}; may ask the
     * source and wait. From the end of each range that is answered the partition is read on; that may lie before its
     * beginning, if the partition is not what it was.
     *
     * @param known where each partition was to be read on
     * @throws io.millrace.api.MillraceException as for {@link #remains}
     */
    default List<OffsetRange> gaps(Map<String, Position> known) {
        return List.of();
    }

    /**
     * Says where reading begins for the partitions that the ledger does not know, by the source's own setting
     * ({@code earliest}, {@code latest}, a timestamp). Called once, before the first plan; the answer is recorded durably
     * before anything is read.
     *
     * @param known what the ledger has
     */
    Map<String, Position> start(Map<String, Position> known);

    /**
     * Where each partition ends now, as far as a snapshot kept up to date in the background knows. Never blocks on the
     * source. A partition that is new here begins at its {@linkplain #beginning beginning}.
     */
    Map<String, Position> available();

    /** Where a partition begins that appeared after the start. */
    Position beginning(String partition);

    /**
     * Chooses the ranges of a batch, from {@code from} up to what is available, not more than {@code limit} records in
     * total. Never blocks on the source; empty ranges are left out.
     */
    List<OffsetRange> plan(Map<String, Position> from, long limit);

    /** Makes a reader for one task slot. */
    RangeReader reader();

    /**
     * These positions are committed. To be published outward (a consumer group's offsets) for those who watch; never
     * the truth. Returns at once.
     */
    void committed(Map<String, Position> positions);

    /**
     * Which of these partitions are gone for good and were read to their end, so that they need not be remembered. Asked
     * after commits, on the planner's thread; a partition that is named here and appears once more is new. For sources
     * whose partitions come and go, such as files.
     *
     * @param known the partitions that the ledger has, with their positions
     */
    default Set<String> gone(Map<String, Position> known) {
        return Set.of();
    }

    /**
     * What is wrong with a part of the source that is not read for it, such as a file, while the rest goes on; empty if nothing is.
     * Asked now and then, on a thread of the engine's, and told to listeners as the condition {@code input-trouble}. Never
     * blocks on the source.
     */
    default Optional<String> trouble() {
        return Optional.empty();
    }

    /** Publishes what is committed and closes. Readers are closed before. */
    @Override
    void close();
}
