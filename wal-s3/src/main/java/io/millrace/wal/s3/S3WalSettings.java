// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import io.millrace.spi.plugin.ConfigOption;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.Settings;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * How a log on S3 behaves.
 *
 * @param inFlight how many appends are on their way at once
 * @param maxBatchBytes the largest append
 * @param linger how long appends are held back to share an object
 * @param attemptTimeout how long one request may take
 * @param deadline how long an append is tried before its outcome is given up as unknown
 * @param trimEvery how often freed segments are written down and removed, at most
 * @param recoveryParallelism how many segments are fetched at once when a log is replayed
 * @param probes whether the store is examined before the first use
 */
record S3WalSettings(
        int inFlight,
        int maxBatchBytes,
        Duration linger,
        Duration attemptTimeout,
        Duration deadline,
        Duration trimEvery,
        int recoveryParallelism,
        boolean probes) {

    /**
     * How many appends may be unanswered at once: more than are on their way, so that one that takes long, behind which
     * all others wait for their answers, does not keep new ones from being sent.
     */
    int accepted() {
        return 2 * inFlight;
    }

    /** Where credentials come from. */
    enum Credentials {
        /** The SDK's usual chain: system properties, environment, profile, container, instance. */
        DEFAULT,
        /** The settings {@code access-key-id} and {@code secret-access-key}. */
        STATIC,
        /** A profile of the shared configuration files. */
        PROFILE,
        /** The environment variables. */
        ENVIRONMENT,
        /** The container's endpoint (ECS, EKS pod identity). */
        CONTAINER,
        /** The instance's metadata (EC2). */
        INSTANCE,
        /** None: requests are not signed. */
        ANONYMOUS
    }

    /** How the store encrypts what is written. */
    enum Encryption {
        /** As the bucket is set up. */
        BUCKET,
        /** With keys of S3. */
        S3,
        /** With a key of KMS. */
        KMS
    }

    /** When the store is examined. */
    enum Probing {
        /** If an endpoint is set: the store may not be Amazon's. */
        AUTO,
        /** Always. */
        ALWAYS,
        /** Never: it is known from elsewhere that conditional writes are atomic. */
        NEVER
    }

    static final ConfigOption<String> REGION =
            ConfigOption.text("region", "The bucket's region; default: as the AWS SDK finds it");
    static final ConfigOption<URI> ENDPOINT = new ConfigOption<>(
            "endpoint",
            "URI",
            null,
            false,
            false,
            "Where the store is, if it is not Amazon's, such as https://storage.example.com:9000",
            S3WalSettings::endpoint);
    static final ConfigOption<Boolean> PATH_STYLE = ConfigOption.flag(
            "path-style", "Put the bucket's name into the path, not the host name; default: if an endpoint is set");
    static final ConfigOption<Credentials> CREDENTIALS = ConfigOption.oneOf(
                    "credentials", Credentials.class, "Where credentials come from; static if access-key-id is set")
            .withDefault("default");
    static final ConfigOption<String> ACCESS_KEY_ID = ConfigOption.text("access-key-id", "For credentials = static");
    static final ConfigOption<String> SECRET_ACCESS_KEY =
            ConfigOption.text("secret-access-key", "For credentials = static").asSecret();
    static final ConfigOption<String> SESSION_TOKEN = ConfigOption.text(
                    "session-token", "For credentials = static, if they are temporary")
            .asSecret();
    static final ConfigOption<String> PROFILE = ConfigOption.text("profile", "For credentials = profile");
    static final ConfigOption<Encryption> ENCRYPTION = ConfigOption.oneOf(
                    "encryption", Encryption.class, "How objects are encrypted: as the bucket says, SSE-S3, or SSE-KMS")
            .withDefault("bucket");
    static final ConfigOption<String> KMS_KEY =
            ConfigOption.text("encryption.kms-key-id", "For encryption = kms; default: the account's key for S3");
    static final ConfigOption<Duration> LINGER = ConfigOption.duration(
                    "linger",
                    Duration.ZERO,
                    "How long blocks wait for others to share an object: fewer, dearer requests")
            .withDefault("250ms");
    static final ConfigOption<Long> MAX_BATCH = ConfigOption.size(
                    "max-batch", 64 << 10, 512 << 20, "How large an object becomes at most")
            .withDefault("8MiB");
    static final ConfigOption<Long> IN_FLIGHT = ConfigOption.number(
                    "in-flight", 1, 64, "How many objects of a log are on their way at once")
            .withDefault("8");
    static final ConfigOption<Duration> ATTEMPT_TIMEOUT = ConfigOption.duration(
                    "attempt-timeout", Duration.ofMillis(100), "How long one request may take before it is sent again")
            .withDefault("5s");
    static final ConfigOption<Duration> DEADLINE = ConfigOption.duration(
                    "deadline",
                    Duration.ofSeconds(1),
                    "How long an append is tried; then its outcome is unknown and the program ends")
            .withDefault("60s");
    static final ConfigOption<Duration> TRIM_EVERY = ConfigOption.duration(
                    "trim-every", Duration.ZERO, "How often what is no longer needed is removed, at most")
            .withDefault("5s");
    static final ConfigOption<Long> RECOVERY_PARALLELISM = ConfigOption.number(
                    "recovery.parallelism", 1, 256, "How many objects are fetched at once when a log is replayed")
            .withDefault("16");
    static final ConfigOption<Probing> PROBE = ConfigOption.oneOf(
                    "probe", Probing.class, "When the store's conditional write is examined before the first use")
            .withDefault("auto");

    static final ConfigSpec SPEC = ConfigSpec.of(
            REGION,
            ENDPOINT,
            PATH_STYLE,
            CREDENTIALS,
            ACCESS_KEY_ID,
            SECRET_ACCESS_KEY,
            SESSION_TOKEN,
            PROFILE,
            ENCRYPTION,
            KMS_KEY,
            LINGER,
            MAX_BATCH,
            IN_FLIGHT,
            ATTEMPT_TIMEOUT,
            DEADLINE,
            TRIM_EVERY,
            RECOVERY_PARALLELISM,
            PROBE);

    static S3WalSettings of(Settings settings) {
        Probing probing = settings.get(PROBE);
        Optional<URI> endpoint = settings.find(ENDPOINT);
        return new S3WalSettings(
                settings.get(IN_FLIGHT).intValue(),
                Math.toIntExact(settings.get(MAX_BATCH)),
                settings.get(LINGER),
                settings.get(ATTEMPT_TIMEOUT),
                settings.get(DEADLINE),
                settings.get(TRIM_EVERY),
                settings.get(RECOVERY_PARALLELISM).intValue(),
                probing == Probing.ALWAYS || (probing == Probing.AUTO && endpoint.isPresent()));
    }

    private static URI endpoint(String text) {
        URI uri = URI.create(text.trim());
        boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
        if (!http || uri.getHost() == null) {
            throw new IllegalArgumentException("give http://host:port or https://host:port");
        }
        return uri;
    }
}
