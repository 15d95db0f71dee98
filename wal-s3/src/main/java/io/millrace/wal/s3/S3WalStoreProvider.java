// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.Loopback;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.plugin.Settings;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalStore;
import io.millrace.spi.wal.WalStoreProvider;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/**
 * The provider {@code s3}, found by {@link java.util.ServiceLoader}: makes stores for {@code s3://bucket/prefix}. Programs
 * that set credentials themselves use {@link S3Wal}.
 *
 * @since 0.1
 */
public final class S3WalStoreProvider implements WalStoreProvider {
    private static final Logger LOG = LoggerFactory.getLogger(S3WalStoreProvider.class);

    private final @Nullable AwsCredentialsProvider credentials;

    /** Called by {@link java.util.ServiceLoader}. */
    public S3WalStoreProvider() {
        this(null);
    }

    /** @param credentials what the program gave; null for what the settings say */
    S3WalStoreProvider(@Nullable AwsCredentialsProvider credentials) {
        this.credentials = credentials;
    }

    @Override
    public String name() {
        return "s3";
    }

    @Override
    public ConfigSpec config() {
        return S3WalSettings.SPEC;
    }

    @Override
    public WalStore open(URI location, PluginContext context) {
        String bucket = location.getAuthority();
        if (!"s3".equals(location.getScheme()) || bucket == null || location.getQuery() != null) {
            throw new WalException(
                    Reason.UNSUPPORTED, "'" + location + "' is not a place in S3; write s3://bucket/prefix");
        }
        S3WalSettings settings = S3WalSettings.of(context.settings());
        warnOfPlainHttp(context.settings());
        S3Clients clients = S3Clients.of(context.settings(), settings, credentials);
        ExecutorService threads = Executors.newCachedThreadPool(context.threads());
        String endpoint = context.settings()
                .find(S3WalSettings.ENDPOINT)
                .map(uri -> " at " + uri)
                .orElse("");
        return new S3WalStore(
                location + endpoint,
                new Keys(prefix(location)),
                settings,
                new S3Bucket(bucket, clients),
                threads,
                new Calls(threads, context.clock()),
                context.metrics());
    }

    private static void warnOfPlainHttp(Settings settings) {
        Optional<URI> endpoint = settings.find(S3WalSettings.ENDPOINT);
        if (endpoint.isPresent()
                && "http".equals(endpoint.get().getScheme())
                && !Loopback.is(endpoint.get().getHost())) {
            LOG.warn(
                    "{}: the store at {} is reached without TLS: what is stored can be read on the way; set {} to https://"
                            + " unless you trust that network",
                    settings.owner(),
                    endpoint.get(),
                    S3WalSettings.ENDPOINT.key());
        }
    }

    private static String prefix(URI location) {
        String path = location.getPath() == null ? "" : location.getPath();
        String prefix = path.replaceAll("^/+", "").replaceAll("/+$", "");
        return prefix.isEmpty() ? "" : prefix + "/";
    }
}
