// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.hdfs;

import io.millrace.api.StreamClock;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.plugin.Settings;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivilegedExceptionAction;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CommonConfigurationKeysPublic;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.HdfsConfiguration;
import org.apache.hadoop.security.UserGroupInformation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file system of the store's own: never one of Hadoop's cache, which others may close, and whose leases they would
 * share. Logs in first if it is asked to.
 */
final class HdfsConnection implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HdfsConnection.class);

    private final DistributedFileSystem fs;
    private final @Nullable KerberosLogin login;
    private final Duration renewal;
    private final StreamClock clock;
    private final ThreadFactory threads;
    private volatile StreamClock.@Nullable Cancellable relogin;
    private volatile boolean closed;

    private HdfsConnection(
            DistributedFileSystem fs, @Nullable KerberosLogin login, Duration renewal, PluginContext context) {
        this.fs = fs;
        this.login = login;
        this.renewal = renewal;
        this.clock = context.clock();
        this.threads = context.threads();
    }

    static HdfsConnection open(URI location, PluginContext context) {
        Configuration configuration = configuration(context.settings());
        try {
            KerberosLogin login = login(context.settings(), configuration);
            UserGroupInformation user = simpleUser(context.settings());
            PrivilegedExceptionAction<FileSystem> connect = () -> FileSystem.newInstance(location, configuration);
            FileSystem opened;
            if (login != null) {
                opened = login.as(connect);
            } else {
                opened = user == null ? FileSystem.newInstance(location, configuration) : user.doAs(connect);
            }
            if (!(opened instanceof DistributedFileSystem hdfs)) {
                opened.close();
                throw new WalException(
                        Reason.UNSUPPORTED,
                        "'" + location + "' is no HDFS but " + opened.getClass().getName()
                                + ": logs need its leases; write hdfs://host:port/a/directory");
            }
            HdfsConnection connection = new HdfsConnection(hdfs, login, renewal(configuration), context);
            connection.renewLater();
            return connection;
        } catch (IOException | IllegalArgumentException e) {
            throw HdfsErrors.of("connect to", location.toString(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw HdfsErrors.of("connect to", location.toString(), e);
        }
    }

    /**
     * Ours over Hadoop's defaults, the cluster's files (those on the class path, those in the directory that was named) over
     * them, and what the user wrote below {@code hadoop.} over all.
     */
    static Configuration configuration(Settings settings) {
        Configuration configuration = new HdfsConfiguration();
        configuration.setClassLoader(HdfsConnection.class.getClassLoader());
        defaults(settings).forEach((name, value) -> {
            if (isHadoopsDefault(configuration.getPropertySources(name))) {
                configuration.set(name, value);
            }
        });
        settings.find(HdfsWalSettings.CONF_DIRECTORY).ifPresent(directory -> {
            for (String name : new String[] {"core-site.xml", "hdfs-site.xml"}) {
                Path file = Path.of(directory, name);
                if (!Files.isReadable(file)) {
                    throw new WalException(
                            Reason.UNSUPPORTED,
                            "conf.directory has no readable " + file + ": name the directory of the cluster's client"
                                    + " configuration");
                }
                Configuration site = new Configuration(false);
                site.addResource(new org.apache.hadoop.fs.Path(file.toUri()));
                site.forEach(entry -> configuration.set(entry.getKey(), entry.getValue()));
            }
        });
        settings.below(HdfsWalSettings.HADOOP).forEach(configuration::set);
        configuration.set("fs.hdfs.impl", DistributedFileSystem.class.getName());
        return configuration;
    }

    private static boolean isHadoopsDefault(String @Nullable [] sources) {
        return sources == null || sources.length == 0 || sources[sources.length - 1].endsWith("-default.xml");
    }

    private static Map<String, String> defaults(Settings settings) {
        return Map.ofEntries(
                // A datanode that dies is replaced if there is another one, and done without if enough are left.
                Map.entry("dfs.client.block.write.replace-datanode-on-failure.enable", "true"),
                Map.entry("dfs.client.block.write.replace-datanode-on-failure.policy", "DEFAULT"),
                Map.entry("dfs.client.block.write.replace-datanode-on-failure.best-effort", "false"),
                Map.entry(
                        "dfs.client.block.write.replace-datanode-on-failure.min-replication",
                        settings.get(HdfsWalSettings.MIN_REPLICAS).toString()),
                // One that hangs is given up after 20 s instead of 60, one that restarts is waited for 5 s instead of
                // 30.
                Map.entry("dfs.client.socket-timeout", "20000"),
                Map.entry("dfs.client.datanode-restart.timeout", "5"),
                // Closing a file asks again until its last block is reported: soon, and for long enough.
                Map.entry("dfs.client.block.write.locateFollowingBlock.initial.delay.ms", "50"),
                Map.entry("dfs.client.block.write.locateFollowingBlock.retries", "8"),
                // A namenode that does not answer is an error in seconds; what to do about it is decided here.
                Map.entry("ipc.client.connect.timeout", "5000"),
                Map.entry("ipc.client.connect.retry.interval", "500"),
                Map.entry("ipc.client.connect.max.retries", "4"),
                Map.entry("ipc.client.connect.max.retries.on.timeouts", "2"),
                Map.entry("ipc.client.rpc-timeout.ms", "20000"),
                // Nor one that does not believe who asks: five pauses of up to five seconds would come before it is
                // said.
                Map.entry("ipc.client.connect.max.retries.on.sasl", "1"));
    }

    private static @Nullable KerberosLogin login(Settings settings, Configuration configuration) {
        String principal = settings.find(HdfsWalSettings.PRINCIPAL).orElse(null);
        String keytab = settings.find(HdfsWalSettings.KEYTAB).orElse(null);
        boolean secure = "kerberos".equalsIgnoreCase(configuration.get("hadoop.security.authentication"));
        if ((principal == null) != (keytab == null) || (principal != null && !secure)) {
            throw new WalException(
                    Reason.ACCESS_DENIED,
                    "kerberos.principal and kerberos.keytab go together, with hadoop.security.authentication = kerberos"
                            + " in the cluster's core-site.xml or below hadoop.");
        }
        if (secure && !UserGroupInformation.isSecurityEnabled()) {
            UserGroupInformation.setConfiguration(configuration);
        }
        return principal == null || keytab == null ? null : KerberosLogin.of(principal, keytab);
    }

    /** How often it is seen whether a ticket is due; Hadoop gets no new one sooner after the last. */
    private static Duration renewal(Configuration configuration) {
        long seconds = configuration.getLong(
                CommonConfigurationKeysPublic.HADOOP_KERBEROS_MIN_SECONDS_BEFORE_RELOGIN,
                CommonConfigurationKeysPublic.HADOOP_KERBEROS_MIN_SECONDS_BEFORE_RELOGIN_DEFAULT);
        return Duration.ofSeconds(Math.max(1, seconds));
    }

    private static @Nullable UserGroupInformation simpleUser(Settings settings) {
        return settings.find(HdfsWalSettings.USER)
                .map(UserGroupInformation::createRemoteUser)
                .orElse(null);
    }

    private void renewLater() {
        if (login != null && !closed) {
            relogin = clock.schedule(renewal, this::renew);
        }
    }

    /** On a thread of its own: it may take a while, and the clock's tasks must return quickly. */
    private void renew() {
        KerberosLogin due = login;
        if (due == null || closed) {
            return;
        }
        threads.newThread(() -> {
                    try {
                        due.renew(clock.millis());
                    } catch (WalException e) {
                        LOG.warn("{}; trying again in {} s", e.getMessage(), renewal.toSeconds());
                    }
                    renewLater();
                })
                .start();
    }

    /** A failure of a connection that is new, as {@link KerberosLogin#named} sees it. */
    WalException named(WalException failure) {
        return login == null ? failure : login.named(failure);
    }

    /** A failure of a connection that has been let in, as {@link KerberosLogin#afterLogin} sees it. */
    WalException afterLogin(WalException failure) {
        return login == null ? failure : login.afterLogin(failure);
    }

    DistributedFileSystem fs() {
        return fs;
    }

    @Override
    public void close() {
        closed = true;
        StreamClock.Cancellable renewal = relogin;
        if (renewal != null) {
            renewal.cancel();
        }
        try {
            fs.close();
        } catch (IOException e) {
            LOG.debug("cannot close the file system {}", fs.getUri(), e);
        }
    }
}
