// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.operator;

import io.millrace.api.source.RecordView;
import org.jspecify.annotations.Nullable;

/**
 * Where the element that a task pushes at the moment comes from: the record of an input, while one is pushed, or else a
 * partition of the task's stage. Most operators push at once, so that what holds at the first holds at the last; those that
 * hold elements back say so when they push them.
 */
public final class Origin {
    private final String stream;
    private final String task;
    private @Nullable RecordView record;
    private @Nullable String heldPartition;

    /**
     * The origin of a task's elements.
     *
     * @param stream the input that it reads; empty if it reads an exchange
     * @param task the task's partition, under a name that no partition of an input has
     */
    public Origin(String stream, String task) {
        this.stream = stream;
        this.task = task;
    }

    /** From now on elements are made of this record; null for none. */
    public void at(@Nullable RecordView view) {
        record = view;
        heldPartition = null;
    }

    /** From now on elements are of this partition, and the record that they were made of is not known any more. */
    public void atPartition(String partition) {
        heldPartition = partition;
    }

    /** The input; empty if the task reads an exchange. */
    public String stream() {
        return stream;
    }

    /** The record; null if there is none, or it is not known. */
    public @Nullable RecordView record() {
        return record;
    }

    /** The source partition, or the task's. */
    public String partition() {
        RecordView view = record;
        if (view != null) {
            return view.partition();
        }
        String held = heldPartition;
        return held == null ? task : held;
    }
}
