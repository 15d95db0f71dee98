// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import io.millrace.api.StreamingContextBuilder;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/**
 * Describes where in S3 a program keeps its logs.
 *
 * <pre>{@code
 * S3Wal.at("my-bucket", "word-count").region("eu-central-1").applyTo(StreamingContext.builder("word-count"))
 * }</pre>
 *
 * Nothing is contacted before the context starts. Not thread-safe.
 *
 * @since 0.1
 */
public final class S3Wal {
    private final URI location;
    private final Map<String, String> settings = new LinkedHashMap<>();
    private @Nullable AwsCredentialsProvider credentials;

    private S3Wal(URI location) {
        this.location = location;
    }

    /** Keeps the logs in a bucket, below a prefix that belongs to the program alone. */
    public static S3Wal at(String bucket, String prefix) {
        return new S3Wal(URI.create("s3://" + bucket + "/" + prefix));
    }

    /** Sets the bucket's region; the default is what the AWS SDK finds in its usual places. */
    public S3Wal region(String region) {
        return set(S3WalSettings.REGION.key(), region);
    }

    /** Uses a store that is not Amazon's; it is examined before its first use. */
    public S3Wal endpoint(URI endpoint) {
        return set(S3WalSettings.ENDPOINT.key(), endpoint.toString());
    }

    /** Takes credentials from {@code provider}, which the caller closes. */
    public S3Wal credentials(AwsCredentialsProvider provider) {
        this.credentials = provider;
        return this;
    }

    /** Encrypts with a key of KMS. */
    public S3Wal kmsKey(String keyId) {
        set(S3WalSettings.ENCRYPTION.key(), "kms");
        return set(S3WalSettings.KMS_KEY.key(), keyId);
    }

    /** Sets how long blocks wait for others to share an object: each object is a request that is paid for. */
    public S3Wal linger(Duration linger) {
        return set(S3WalSettings.LINGER.key(), linger.toMillis() + "ms");
    }

    /** Sets how many objects of a log are on their way at once. */
    public S3Wal inFlight(int objects) {
        return set(S3WalSettings.IN_FLIGHT.key(), Integer.toString(objects));
    }

    /** Sets any setting of the log store {@code s3} by its key, without {@code wal.}. */
    public S3Wal set(String key, String value) {
        settings.put(key, value);
        return this;
    }

    /** Makes a program keep its logs there. */
    public StreamingContextBuilder applyTo(StreamingContextBuilder program) {
        settings.forEach((key, value) -> program.set("wal." + key, value));
        if (credentials != null) {
            program.provider(new S3WalStoreProvider(credentials));
        }
        return program.checkpoint(location);
    }
}
