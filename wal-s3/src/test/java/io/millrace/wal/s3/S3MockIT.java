// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalStore;
import io.millrace.testkit.KitContext;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real server that must not hold a log is told apart from those that can, every time. In the profile {@code long} only: the
 * server needs a minute of a busy machine to start, and 30 MB of jars.
 */
@Tag("long")
class S3MockIT {
    private static final int PROGRAMS = 30;
    private static final String BUCKET = "programs";

    @TempDir
    private Path directory;

    @Test
    void aServerThatLooksFirstAndWritesThenIsRefusedByEveryProgram() throws Exception {
        Path jar = Path.of(System.getProperty("millrace.test.s3mock"));
        S3WalStoreProvider provider = new S3WalStoreProvider();
        try (S3Mock server = S3Mock.start(jar, directory, BUCKET);
                KitContext context = KitContext.of(provider, "log", "wal", server.settings())) {
            for (int program = 0; program < PROGRAMS; program++) {
                URI place = URI.create("s3://" + BUCKET + "/program-" + program);
                try (WalStore store = provider.open(place, context)) {
                    assertThatThrownBy(() -> store.claim("ledger", Appended.ME))
                            .as("the claim of program %s", program)
                            .isInstanceOfSatisfying(
                                    WalException.class,
                                    refused -> assertThat(refused.reason()).isEqualTo(Reason.UNSUPPORTED))
                            .hasMessageContainingAll(
                                    place.toString(),
                                    server.endpoint().toString(),
                                    "of 16 writes at once",
                                    "use a store with atomic conditional writes");
                    assertThat(store.logs()).isEmpty();
                }
            }
        }
    }
}
