// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.spi.plugin.Settings;
import io.millrace.wal.s3.S3WalSettings.Credentials;
import io.millrace.wal.s3.S3WalSettings.Encryption;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.ContainerCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider;
import software.amazon.awssdk.auth.credentials.InstanceProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;

/**
 * The clients of one store, over one pool of connections. The SDK repeats reads as it does, and never a write: a
 * repetition inside the SDK would hide that the first attempt may have succeeded.
 *
 * @param writes sends each request once
 * @param reads repeats what failed
 * @param connections what both use
 * @param ownCredentials closes the credentials provider if the store made it; null otherwise
 * @param encryption how objects are encrypted
 * @param kmsKey the key, if one was named
 */
record S3Clients(
        S3Client writes,
        S3Client reads,
        SdkHttpClient connections,
        @Nullable AutoCloseable ownCredentials,
        Encryption encryption,
        Optional<String> kmsKey)
        implements AutoCloseable {
    /** For stores that do not care, but whose requests must be signed for some region. */
    private static final String ANY_REGION = "us-east-1";

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

    static S3Clients of(Settings given, S3WalSettings settings, @Nullable AwsCredentialsProvider programs) {
        AwsCredentialsProvider credentials = programs != null ? programs : credentials(given);
        int connections = 8 * settings.inFlight() + 2 * settings.recoveryParallelism();
        SdkHttpClient http = Apache5HttpClient.builder()
                .maxConnections(connections)
                .connectionTimeout(CONNECT_TIMEOUT)
                .socketTimeout(settings.attemptTimeout())
                .connectionAcquisitionTimeout(settings.attemptTimeout())
                .build();
        try {
            AutoCloseable owned = programs == null && credentials instanceof AutoCloseable closeable ? closeable : null;
            return new S3Clients(
                    client(given, settings, credentials, http, AwsRetryStrategy.doNotRetry()),
                    client(given, settings, credentials, http, AwsRetryStrategy.standardRetryStrategy()),
                    http,
                    owned,
                    given.get(S3WalSettings.ENCRYPTION),
                    given.find(S3WalSettings.KMS_KEY));
        } catch (SdkClientException e) {
            http.close();
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    given.owner() + ": cannot make a client for S3: " + e.getMessage()
                            + "; if it is the region, set 'wal.region'",
                    e);
        }
    }

    private static S3Client client(
            Settings given,
            S3WalSettings settings,
            AwsCredentialsProvider credentials,
            SdkHttpClient http,
            RetryStrategy retries) {
        Optional<URI> endpoint = given.find(S3WalSettings.ENDPOINT);
        S3ClientBuilder builder = S3Client.builder()
                .httpClient(http)
                .credentialsProvider(credentials)
                .forcePathStyle(given.find(S3WalSettings.PATH_STYLE).orElse(endpoint.isPresent()))
                // our own checksum goes with every object, and every frame carries one that replay checks
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                // what is signed is the object as it is: some stores refuse an empty one, as fences are, in signed
                // chunks
                .serviceConfiguration(
                        S3Configuration.builder().chunkedEncodingEnabled(false).build())
                .overrideConfiguration(
                        override -> override.retryStrategy(retries).apiCallAttemptTimeout(settings.attemptTimeout()));
        endpoint.ifPresent(builder::endpointOverride);
        given.find(S3WalSettings.REGION)
                .or(() -> endpoint.map(any -> ANY_REGION))
                .ifPresent(region -> builder.region(Region.of(region)));
        return builder.build();
    }

    private static AwsCredentialsProvider credentials(Settings given) {
        Optional<String> id = given.find(S3WalSettings.ACCESS_KEY_ID);
        Credentials kind = given.get(S3WalSettings.CREDENTIALS);
        if (kind == Credentials.DEFAULT && id.isPresent()) {
            kind = Credentials.STATIC;
        }
        return switch (kind) {
            case DEFAULT -> DefaultCredentialsProvider.builder().build();
            case STATIC -> fixed(given);
            case PROFILE ->
                given.find(S3WalSettings.PROFILE)
                        .map(ProfileCredentialsProvider::create)
                        .orElseGet(ProfileCredentialsProvider::create);
            case ENVIRONMENT -> EnvironmentVariableCredentialsProvider.create();
            case CONTAINER -> ContainerCredentialsProvider.builder().build();
            case INSTANCE -> InstanceProfileCredentialsProvider.create();
            case ANONYMOUS -> AnonymousCredentialsProvider.create();
        };
    }

    private static AwsCredentialsProvider fixed(Settings given) {
        Optional<String> id = given.find(S3WalSettings.ACCESS_KEY_ID);
        Optional<String> secret = given.find(S3WalSettings.SECRET_ACCESS_KEY);
        if (id.isEmpty() || secret.isEmpty()) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    given.owner() + ": 'access-key-id' and 'secret-access-key' belong together; set both");
        }
        return StaticCredentialsProvider.create(
                given.find(S3WalSettings.SESSION_TOKEN).isPresent()
                        ? AwsSessionCredentials.create(
                                id.get(),
                                secret.get(),
                                given.find(S3WalSettings.SESSION_TOKEN).get())
                        : AwsBasicCredentials.create(id.get(), secret.get()));
    }

    @Override
    public void close() {
        writes.close();
        reads.close();
        connections.close();
        if (ownCredentials != null) {
            try {
                ownCredentials.close();
            } catch (Exception e) {
                Garbage.LOG.debug("cannot close the credentials provider", e);
            }
        }
    }
}
