// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import io.millrace.spi.wal.WriterIdentity;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The file {@code EPOCH}: the highest epoch that was ever claimed in a store, and who claimed it. It only grows; a log
 * that is deleted leaves it in place.
 */
final class Owner {
    private final FactFile file;

    Owner(SegmentFs fs, Path root) {
        this.file = new FactFile(fs, root.resolve("EPOCH"), "millrace-epoch");
    }

    /** The highest claimed epoch; 0 if none was. */
    long epoch() {
        return file.read(values -> Long.parseLong(FactFile.value(values, "epoch")))
                .orElse(0L);
    }

    /** Who claimed the highest epoch, for people. */
    String describe() {
        Optional<Map<String, String>> values = file.read();
        return values.map(found -> "program '" + found.get("program") + "' (process " + found.get("pid") + " on "
                        + found.get("host") + ", started " + found.get("started") + ")")
                .orElse("another process");
    }

    static String describe(WriterIdentity who) {
        return "program '" + who.program() + "' (process " + who.pid() + " on " + who.host() + ", started "
                + Instant.ofEpochMilli(who.startedMillis()) + ")";
    }

    /** Makes {@code epoch} the highest, durably. */
    void claim(long epoch, String ledger, WriterIdentity me) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("epoch", String.valueOf(epoch));
        values.put("ledger", ledger);
        values.put("program", me.program());
        values.put("host", me.host());
        values.put("pid", String.valueOf(me.pid()));
        values.put("started", Instant.ofEpochMilli(me.startedMillis()).toString());
        file.write(values);
    }
}
