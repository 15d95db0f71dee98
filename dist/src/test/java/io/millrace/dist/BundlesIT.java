// SPDX-License-Identifier: Apache-2.0
package io.millrace.dist;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How large the zips of our own plugins are; {@link PackagingIT} looks into them. */
class BundlesIT {
    /** Hadoop's client in full would be three times as large. */
    @Test
    void theZipOfTheLogOnHdfsIsTrimmed() {
        assertThat(Packaged.files(Packaged.PLUGINS, ".zip"))
                .filteredOn(zip -> zip.getFileName().toString().startsWith("millrace-wal-hdfs-"))
                .singleElement()
                .satisfies(zip -> assertThat(zip.toFile().length()).isLessThan(28_000_000));
    }

    /** Larger ones would be noticed by whoever downloads them: what is meant to be in them is. */
    @Test
    void theZipOfTheLogOnS3IsSmall() {
        assertThat(Packaged.files(Packaged.PLUGINS, ".zip"))
                .filteredOn(zip -> zip.getFileName().toString().startsWith("millrace-wal-s3-"))
                .singleElement()
                .satisfies(zip -> assertThat(zip.toFile().length()).isLessThan(14_000_000));
    }
}
