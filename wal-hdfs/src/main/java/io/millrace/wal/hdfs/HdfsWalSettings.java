// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.hdfs;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.spi.plugin.ConfigOption;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.Settings;
import java.time.Duration;
import java.util.Optional;

/**
 * How a store on HDFS writes.
 *
 * @param sync when bytes count as durable
 * @param replication how many datanodes a segment is written to
 * @param minReplicas how many of them must still be there for an append to be acknowledged
 * @param segmentBytes how large a segment becomes at most
 * @param storagePolicy the storage policy of the segments; empty for the directory's
 * @param syncTimeout how long a write or sync may take before its frames are written elsewhere
 * @param retryTimeout how long frames whose outcome is not known are written again before the log is given up
 * @param sealTimeout how long opening waits for HDFS to close what earlier epochs left open
 */
record HdfsWalSettings(
        SyncMode sync,
        int replication,
        int minReplicas,
        long segmentBytes,
        Optional<String> storagePolicy,
        Duration syncTimeout,
        Duration retryTimeout,
        Duration sealTimeout) {
    /** The prefix of Hadoop's own settings. */
    static final String HADOOP = "hadoop.";

    static final ConfigOption<String> CONF_DIRECTORY = ConfigOption.text(
            "conf.directory", "A directory whose core-site.xml and hdfs-site.xml are read, such as /etc/hadoop/conf");
    static final ConfigOption<String> USER =
            ConfigOption.text("user", "Who to be on a cluster without Kerberos, instead of the process's own user");
    static final ConfigOption<String> PRINCIPAL =
            ConfigOption.text("kerberos.principal", "Who to log in as on a cluster with Kerberos");
    static final ConfigOption<String> KEYTAB =
            ConfigOption.text("kerberos.keytab", "The file that holds the principal's keys");
    static final ConfigOption<SyncMode> SYNC = ConfigOption.oneOf(
                    "sync", SyncMode.class, "Durable on the disks of the datanodes, or in their memory")
            .withDefault("hsync");
    static final ConfigOption<Long> REPLICATION = ConfigOption.number(
                    "replication", 1, 512, "How many datanodes a segment is written to")
            .withDefault("3");
    static final ConfigOption<Long> MIN_REPLICAS = ConfigOption.number(
                    "min-replicas", 1, 512, "With fewer datanodes left nothing is acknowledged")
            .withDefault("2");
    static final ConfigOption<Long> SEGMENT_SIZE = ConfigOption.size(
                    "segment.size",
                    64 << 10,
                    1L << 40,
                    "How large a segment becomes at most; it is one block, and a trim frees whole segments")
            .withDefault("240MiB");
    static final ConfigOption<String> STORAGE_POLICY =
            ConfigOption.text("storage-policy", "The storage policy of the segments, such as ONE_SSD or ALL_SSD");
    static final ConfigOption<Duration> SYNC_TIMEOUT = ConfigOption.duration(
                    "sync.timeout",
                    Duration.ofMillis(100),
                    "After this time without an answer, what is not durable is written to a new segment")
            .withDefault("10s");
    static final ConfigOption<Duration> RETRY_TIMEOUT = ConfigOption.duration(
                    "retry.timeout",
                    Duration.ofMillis(100),
                    "How long that is tried before the log is given up, and opening it again has to decide")
            .withDefault("5min");
    static final ConfigOption<Duration> SEAL_TIMEOUT = ConfigOption.duration(
                    "seal.timeout",
                    Duration.ofSeconds(1),
                    "How long opening waits until HDFS has closed what an earlier process left open")
            .withDefault("15min");

    /** What a provider's settings may be. */
    static final ConfigSpec SPEC = ConfigSpec.of(
                    CONF_DIRECTORY,
                    USER,
                    PRINCIPAL,
                    KEYTAB,
                    SYNC,
                    REPLICATION,
                    MIN_REPLICAS,
                    SEGMENT_SIZE,
                    STORAGE_POLICY,
                    SYNC_TIMEOUT,
                    RETRY_TIMEOUT,
                    SEAL_TIMEOUT)
            .passing(HADOOP);

    static HdfsWalSettings of(Settings settings) {
        int replication = settings.get(REPLICATION).intValue();
        int minReplicas = settings.get(MIN_REPLICAS).intValue();
        if (minReplicas > replication) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    settings.owner() + ": min-replicas (" + minReplicas + ") is more than replication (" + replication
                            + "): nothing could ever be acknowledged");
        }
        return new HdfsWalSettings(
                settings.get(SYNC),
                replication,
                minReplicas,
                settings.get(SEGMENT_SIZE),
                settings.find(STORAGE_POLICY),
                settings.get(SYNC_TIMEOUT),
                settings.get(RETRY_TIMEOUT),
                settings.get(SEAL_TIMEOUT));
    }
}
