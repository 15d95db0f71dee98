// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.common;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.spi.plugin.Causes;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/** Turns what Kafka's clients throw into errors that name the thing, its value and the next step. */
public final class KafkaErrors {
    private static final int PROBE_MILLIS = 1_000;
    private static final int DEEPEST = 16;

    private final KafkaSettings settings;

    KafkaErrors(KafkaSettings settings) {
        this.settings = settings;
    }

    /**
     * Translates.
     *
     * @param doing what was being done, such as {@code describing the topics lines}
     */
    public MillraceException translate(String doing, Throwable error) {
        Throwable cause = unwrap(error);
        if (cause instanceof MillraceException known) {
            return known;
        }
        if (cause instanceof InterruptException || cause instanceof InterruptedException) {
            return error(ErrorCode.EXTERNAL_SYSTEM, "interrupted while " + doing, cause);
        }
        if (cause instanceof AuthenticationException) {
            return error(
                    ErrorCode.USER_CONFIG,
                    "Kafka at '" + settings.servers() + "' does not accept who we are: " + withRoot(cause)
                            + "; check 'kafka.security.protocol' and what is set below 'kafka.sasl.' and 'kafka.ssl.'",
                    cause);
        }
        if (cause instanceof TopicAuthorizationException denied) {
            return error(
                    ErrorCode.USER_CONFIG,
                    "not allowed to read "
                            + (denied.unauthorizedTopics().isEmpty() ? settings.topics() : denied.unauthorizedTopics())
                            + "; have Describe and Read on these topics granted to this program's principal",
                    cause);
        }
        if (cause instanceof GroupAuthorizationException || cause instanceof ClusterAuthorizationException) {
            return error(
                    ErrorCode.USER_CONFIG,
                    "not allowed to publish offsets of the group '" + settings.groupId() + "': " + cause.getMessage()
                            + "; have Read on the group granted to this program's principal, or set another 'group.id'",
                    cause);
        }
        if (cause instanceof InvalidTopicException) {
            return error(
                    ErrorCode.USER_CONFIG,
                    "'topics' = '" + String.join(",", settings.topics())
                            + "' holds what cannot be a topic's name; letters, digits, '.', '_' and '-' make one",
                    cause);
        }
        if (cause instanceof UnsupportedVersionException) {
            return error(
                    ErrorCode.USER_CONFIG,
                    "Kafka at '" + settings.servers() + "' is of a version that cannot do this: " + cause.getMessage()
                            + "; brokers from 2.8 on are supported",
                    cause);
        }
        if (cause instanceof UnknownTopicOrPartitionException || cause instanceof UnknownTopicIdException) {
            return error(
                    ErrorCode.EXTERNAL_SYSTEM,
                    "a topic is gone that was there before, found while " + doing + ": " + cause.getMessage()
                            + "; make it again, or stop reading it",
                    cause);
        }
        if (cause instanceof TimeoutException || cause instanceof DisconnectException) {
            return unreachable(doing, cause);
        }
        if (cause instanceof LinkageError) {
            return error(
                    ErrorCode.PLUGIN,
                    "a library that Kafka's client needs could not be loaded while " + doing + ": " + cause
                            + "; where records are compressed that is the codec's (snappy-java, zstd-jni): have its jar"
                            + " beside kafka-clients, and a java.io.tmpdir from which native code may be loaded",
                    cause);
        }
        if (isDamaged(cause)) {
            return error(
                    ErrorCode.CORRUPT_DATA,
                    "Kafka at '" + settings.servers() + "' has a record that is damaged, found while " + doing + ": "
                            + cause.getMessage() + "; look at the disks of the brokers that hold the partition. If no"
                            + " replica has it whole, 'millrace positions set' lets the stream go on behind it",
                    cause);
        }
        Optional<MillraceException> misconfigured = misconfigured(cause);
        if (misconfigured.isPresent()) {
            return misconfigured.get();
        }
        if (cause instanceof KafkaException) {
            return error(
                    ErrorCode.EXTERNAL_SYSTEM,
                    "Kafka at '" + settings.servers() + "' failed while " + doing + ": " + cause.getMessage(),
                    cause);
        }
        if (cause instanceof IOException || cause instanceof GeneralSecurityException) {
            return error(
                    ErrorCode.USER_CONFIG,
                    "Kafka's client could not read what is set below 'kafka.ssl.' or 'kafka.sasl.': " + lastWords(error)
                            + " (" + cause + "); correct the file's name, type or password",
                    cause);
        }
        return error(ErrorCode.INTERNAL, "failed while " + doing + ": " + cause, cause);
    }

    /** Whether a checksum does not fit: the consumer says so in words only, unless it asked a broker. */
    private static boolean isDamaged(Throwable cause) {
        String said = String.valueOf(cause.getMessage());
        return cause instanceof CorruptRecordException
                || (cause instanceof KafkaException
                        && (said.startsWith("Record batch for partition ") || said.startsWith("Record for partition "))
                        && said.contains(" is invalid, cause: "));
    }

    /** An error of Kafka's that says why nothing is to be had from the brokers. */
    private MillraceException unreachable(String doing, Throwable cause) {
        List<String> refusals = new ArrayList<>();
        for (String server : settings.bootstrapServers()) {
            String refusal = refusal(server);
            if (refusal.isEmpty()) {
                Optional<String> other = ListenerProbe.otherProtocol(server, protocol());
                if (other.isPresent()) {
                    return error(ErrorCode.USER_CONFIG, other.get(), cause);
                }
                return error(
                        ErrorCode.EXTERNAL_SYSTEM,
                        "Kafka at '" + settings.servers() + "' did not answer while " + doing + ": "
                                + cause.getMessage() + "; '" + server + "' takes connections, so check"
                                + " 'kafka.security.protocol', the broker's advertised.listeners and its log",
                        cause);
            }
            refusals.add(refusal);
        }
        return error(
                ErrorCode.EXTERNAL_SYSTEM,
                "cannot reach Kafka at '" + settings.servers() + "': " + String.join(", ", refusals)
                        + "; check that a broker listens there and that 'bootstrap.servers' is right",
                cause);
    }

    private String protocol() {
        return settings.passThrough()
                .getOrDefault(
                        CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, CommonClientConfigs.DEFAULT_SECURITY_PROTOCOL)
                .toUpperCase(Locale.ROOT);
    }

    /** Why the server takes no connection; empty if it does. */
    private static String refusal(String server) {
        int colon = server.lastIndexOf(':');
        try (Socket socket = new Socket()) {
            InetSocketAddress address =
                    new InetSocketAddress(server.substring(0, colon), Integer.parseInt(server.substring(colon + 1)));
            if (address.isUnresolved()) {
                return "unknown host";
            }
            socket.connect(address, PROBE_MILLIS);
            return "";
        } catch (IOException | IllegalArgumentException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private Optional<MillraceException> misconfigured(Throwable cause) {
        for (Throwable at : Causes.of(cause)) {
            if (at instanceof ClassNotFoundException) {
                return Optional.of(error(
                        ErrorCode.USER_CONFIG,
                        "a setting below 'kafka.' names the class '" + at.getMessage()
                                + "', which the plugin does not have; correct the name, or add its jar to the plugin",
                        cause));
            }
            if (at instanceof ConfigException) {
                return Optional.of(error(
                        ErrorCode.USER_CONFIG,
                        "Kafka refuses a setting: " + at.getMessage() + "; correct 'bootstrap.servers' = '"
                                + settings.servers() + "' or what is set below 'kafka.'",
                        cause));
            }
        }
        return Optional.empty();
    }

    private MillraceException error(ErrorCode code, String message, Throwable cause) {
        return new MillraceException(code, settings.owner() + ": " + message, cause);
    }

    /** What an error says, and what is at the bottom of it. */
    private static String withRoot(Throwable error) {
        Throwable root = error;
        int depth = 0;
        while (depth < DEEPEST && root.getCause() != null) {
            root = root.getCause();
            depth++;
        }
        return depth == 0 ? String.valueOf(error.getMessage()) : error.getMessage() + " (" + root + ")";
    }

    /** What Kafka says itself of an error that is not its own, such as which file it read. */
    private static String lastWords(Throwable error) {
        String said = "";
        Throwable at = error;
        for (int depth = 0; depth < DEEPEST && at != null; depth++) {
            said = at instanceof KafkaException && at.getMessage() != null ? at.getMessage() : said;
            at = at.getCause();
        }
        return said;
    }

    /** What was really thrown: futures and client constructors wrap it. */
    private static Throwable unwrap(Throwable error) {
        Throwable at = error;
        while ((at instanceof ExecutionException
                        || at instanceof CompletionException
                        || at.getClass() == KafkaException.class)
                && at.getCause() != null) {
            at = at.getCause();
        }
        return at;
    }
}
