// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.hdfs;

import static java.util.Objects.requireNonNull;

import io.millrace.api.StreamingContextBuilder;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Describes where on HDFS a program keeps its logs.
 *
 * <pre>{@code
 * HdfsWal.at("hdfs://namenode:8020/millrace/word-count")
 *         .confDirectory(Path.of("/etc/hadoop/conf"))
 *         .applyTo(StreamingContext.builder("word-count").batchInterval(Duration.ofMillis(200)))
 *         .build();
 * }</pre>
 *
 * A program without this class at hand says the same with {@code checkpoint(URI)} and settings below {@code wal.}.
 * Nothing is contacted before the context starts. Not thread-safe.
 *
 * @since 0.1
 */
public final class HdfsWal {
    private static final String PREFIX = "wal.";

    private final URI location;
    private final Map<String, String> settings = new LinkedHashMap<>();

    private HdfsWal(URI location) {
        this.location = requireNonNull(location, "location is null");
    }

    /** Keeps the logs in a directory of a cluster, {@code hdfs://host:port/directory} or {@code hdfs://nameservice/directory}. */
    public static HdfsWal at(String location) {
        return new HdfsWal(URI.create(location));
    }

    /** Reads the cluster's {@code core-site.xml} and {@code hdfs-site.xml} in a directory. */
    public HdfsWal confDirectory(Path directory) {
        return set(HdfsWalSettings.CONF_DIRECTORY.key(), directory.toString());
    }

    /** Acts as this user on a cluster without Kerberos. */
    public HdfsWal user(String user) {
        return set(HdfsWalSettings.USER.key(), user);
    }

    /** Logs in to Kerberos from a keytab. */
    public HdfsWal kerberos(String principal, Path keytab) {
        return set(HdfsWalSettings.PRINCIPAL.key(), principal).set(HdfsWalSettings.KEYTAB.key(), keytab.toString());
    }

    /** Acknowledges what is in the datanodes' memory, not on their disks. */
    public HdfsWal hflush() {
        return set(HdfsWalSettings.SYNC.key(), "hflush");
    }

    /** Writes segments to {@code replication} datanodes, and acknowledges as long as {@code least} of them are there. */
    public HdfsWal replication(int replication, int least) {
        return set(HdfsWalSettings.REPLICATION.key(), Integer.toString(replication))
                .set(HdfsWalSettings.MIN_REPLICAS.key(), Integer.toString(least));
    }

    /** Ends segments at this size, in bytes. */
    public HdfsWal segmentSize(long bytes) {
        return set(HdfsWalSettings.SEGMENT_SIZE.key(), bytes + "B");
    }

    /** Gives segments a storage policy, such as {@code ONE_SSD}. */
    public HdfsWal storagePolicy(String policy) {
        return set(HdfsWalSettings.STORAGE_POLICY.key(), policy);
    }

    /** Writes elsewhere what is not durable after this time. */
    public HdfsWal syncTimeout(Duration timeout) {
        return set(HdfsWalSettings.SYNC_TIMEOUT.key(), timeout.toMillis() + "ms");
    }

    /** Gives up the log when that has not succeeded for this time. */
    public HdfsWal retryTimeout(Duration timeout) {
        return set(HdfsWalSettings.RETRY_TIMEOUT.key(), timeout.toMillis() + "ms");
    }

    /** Sets one of Hadoop's own settings, such as {@code dfs.client.socket-timeout}. */
    public HdfsWal hadoop(String name, String value) {
        return set(HdfsWalSettings.HADOOP + name, value);
    }

    private HdfsWal set(String key, String value) {
        settings.put(PREFIX + key, requireNonNull(value, key + " is null"));
        return this;
    }

    /** Has a program keep its logs here. */
    public StreamingContextBuilder applyTo(StreamingContextBuilder program) {
        return program.checkpoint(location).set(settings);
    }
}
