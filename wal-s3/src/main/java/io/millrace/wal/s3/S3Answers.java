// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import io.millrace.wal.s3.BucketException.Kind;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What an answer of S3 that is no success means, and what it says of the way out. */
final class S3Answers {
    private static final int NOT_IMPLEMENTED = 501;
    private static final Set<String> EXPIRED = Set.of("ExpiredToken", "InvalidToken", "TokenRefreshRequired");
    private static final Set<String> SKEWED = Set.of("RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture");
    private static final Set<String> ELSEWHERE = Set.of(
            "PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException", "Redirect");

    /** Less than this may be the time that the answer took; S3 allows 15 minutes. */
    private static final Duration SKEW = Duration.ofMinutes(4);

    /** As in "the region 'us-east-1' is wrong; expecting 'eu-west-1'". */
    private static final Pattern EXPECTING = Pattern.compile("expecting '([a-z0-9-]+)'");

    private S3Answers() {}

    /** The failure as the store knows it. */
    static BucketException failure(SdkException e) {
        if (e instanceof S3Exception answered) {
            return answered(answered, Instant.now());
        }
        boolean credentials = e instanceof SdkClientException
                && String.valueOf(e.getMessage()).contains("load credentials");
        return new BucketException(
                credentials ? Kind.DENIED : Kind.UNANSWERED,
                credentials ? "no credentials were found: " + e.getMessage() : "S3 did not answer: " + e.getMessage(),
                e);
    }

    /** The failure that an answer means which came at a moment of this machine's clock. */
    static BucketException answered(S3Exception e, Instant now) {
        Optional<AwsErrorDetails> details = Optional.ofNullable(e.awsErrorDetails());
        String code = details.map(AwsErrorDetails::errorCode).orElse("");
        String said = "S3 answered " + e.statusCode() + " " + e.getMessage();
        Kind kind = kind(e.statusCode(), code);
        Optional<Duration> behind = details.flatMap(answer -> behind(answer, now))
                .filter(by -> by.abs().compareTo(SKEW) > 0);
        if (kind == Kind.SKEWED || (kind == Kind.DENIED && behind.isPresent())) {
            String clock =
                    behind.map(S3Answers::clock).orElse("this machine's clock is further from S3's than it allows");
            return new BucketException(Kind.SKEWED, clock + " (" + said + ")", e);
        }
        if (kind == Kind.ELSEWHERE) {
            String region = details.flatMap(S3Answers::region)
                    .map(found -> "the bucket is in region '" + found + "': set 'wal.region' = " + found)
                    .orElse("the bucket is in another region: set 'wal.region' to it");
            return new BucketException(kind, region + " (" + said + ")", e);
        }
        return new BucketException(kind, said, e);
    }

    private static String clock(Duration behind) {
        long minutes = behind.abs().plusSeconds(30).toMinutes();
        return "this machine's clock is " + minutes + " minutes " + (behind.isNegative() ? "ahead of" : "behind")
                + " S3's";
    }

    /** How far this machine's clock is behind the server's, as the answer's date says. */
    private static Optional<Duration> behind(AwsErrorDetails answer, Instant now) {
        if (answer.sdkHttpResponse() == null) {
            return Optional.empty();
        }
        return answer.sdkHttpResponse().firstMatchingHeader("Date").flatMap(date -> {
            try {
                Instant there = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                        .toInstant();
                return Optional.of(Duration.between(now, there));
            } catch (DateTimeException e) {
                return Optional.empty();
            }
        });
    }

    private static Optional<String> region(AwsErrorDetails answer) {
        Optional<String> header = answer.sdkHttpResponse() == null
                ? Optional.empty()
                : answer.sdkHttpResponse().firstMatchingHeader("x-amz-bucket-region");
        return header.or(() -> Optional.ofNullable(answer.errorMessage())
                .map(EXPECTING::matcher)
                .filter(Matcher::find)
                .map(found -> found.group(1)));
    }

    static Kind kind(int status, String code) {
        if (code.contains("QuotaExceeded") || code.contains("StorageFull") || status == 507) {
            return Kind.FULL;
        }
        if (SKEWED.contains(code)) {
            return Kind.SKEWED;
        }
        if (EXPIRED.contains(code)) {
            return Kind.DENIED;
        }
        if (ELSEWHERE.contains(code) || status == 301 || status == 307) {
            return Kind.ELSEWHERE;
        }
        if (code.equals("SlowDown") || code.contains("Throttl") || status == 429 || status == 503) {
            return Kind.SLOW_DOWN;
        }
        return switch (status) {
            case 401, 403 -> Kind.DENIED;
            case 404 -> code.equals("NoSuchBucket") ? Kind.UNUSABLE : Kind.ABSENT;
            case 408 -> Kind.UNANSWERED;
            case 409 -> Kind.CONFLICT;
            default -> {
                boolean damagedOnTheWay = code.equals("BadDigest") || code.equals("RequestTimeout");
                yield (status >= 500 && status != NOT_IMPLEMENTED) || damagedOnTheWay ? Kind.UNANSWERED : Kind.UNUSABLE;
            }
        };
    }
}
