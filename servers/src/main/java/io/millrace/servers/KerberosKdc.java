// SPDX-License-Identifier: Apache-2.0
package io.millrace.servers;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A real KDC on loopback (Apache Kerby) in a JVM of its own, which does not outlive the JVM that started it. Its realm and
 * its keytabs are in a temporary directory that {@link #close()} deletes.
 *
 * <p>All methods may be called by any thread.
 *
 * @since 0.1
 */
public final class KerberosKdc implements AutoCloseable {
    private static final String REALM = "MILLRACE.TEST";

    private final Path directory;
    private final int port = Ports.free();
    private final ServerProcess process;

    private KerberosKdc(Builder builder, Path libs) {
        try {
            directory = Files.createTempDirectory("millrace-kdc-");
            Files.writeString(krb5Conf(), krb5Conf("1d"));
            List<String> arguments = new ArrayList<>(
                    List.of(REALM, Integer.toString(port), Long.toString(builder.clockSkew.toSeconds())));
            arguments.addAll(builder.principals);
            process = ServerProcess.start(new ServerProcess.Command(
                    Path.of(System.getProperty("java.home")),
                    List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                    List.of(libs.resolve("*").toString()),
                    KdcMain.class,
                    arguments,
                    directory,
                    directory.resolve("kdc.log")));
        } catch (IOException e) {
            throw new MillraceException(ErrorCode.EXTERNAL_SYSTEM, "cannot start a KDC: " + e, e);
        }
    }

    private String krb5Conf(String ticketLifetime) {
        return String.join(
                "\n",
                "[libdefaults]",
                "default_realm = " + REALM,
                "dns_lookup_kdc = false",
                "udp_preference_limit = 1",
                "kdc_timeout = 2000",
                "max_retries = 1",
                "ticket_lifetime = " + ticketLifetime,
                "[realms]",
                REALM + " = {",
                "  kdc = 127.0.0.1:" + port,
                "}",
                "");
    }

    /** Returns a builder of a KDC without principals. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns a principal of the realm in full, such as {@code program@MILLRACE.TEST}. */
    public String principal(String name) {
        return name + "@" + REALM;
    }

    /** Returns the file with the keys of a principal that the KDC was started with; its name is without the realm. */
    public Path keytab(String name) {
        return directory.resolve(name.replace('/', '-') + ".keytab");
    }

    /** Returns the file that the system property {@code java.security.krb5.conf} of clients and servers names. */
    public Path krb5Conf() {
        return directory.resolve("krb5.conf");
    }

    /** Returns such a file for clients that ask for tickets of this life, in whole seconds. */
    public Path krb5Conf(Duration ticketLifetime) {
        String seconds = ticketLifetime.toSeconds() + "s";
        Path file = directory.resolve("krb5-" + seconds + ".conf");
        try {
            return Files.writeString(file, krb5Conf(seconds));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    /** Freezes the KDC (SIGSTOP): it takes connections and does not answer. */
    public void pause() {
        process.pause();
    }

    /** Lets a paused KDC go on (SIGCONT). */
    public void resume() {
        process.resume();
    }

    /** Ends the KDC and deletes its files. Idempotent. */
    @Override
    public void close() {
        process.kill();
        if (Files.notExists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete the files of the KDC in " + directory, e);
        }
    }

    /**
     * What a KDC is started with.
     *
     * @since 0.1
     */
    public static final class Builder {
        private static final Duration START_TIMEOUT = Duration.ofMinutes(1);

        private final List<String> principals = new ArrayList<>();
        private Duration clockSkew = Duration.ofMinutes(5);

        private Builder() {}

        /** Adds a principal, such as {@code hdfs/localhost}, with a keytab. */
        public Builder principal(String name) {
            principals.add(name);
            return this;
        }

        /** Adds a keytab for a principal that the KDC does not know. */
        public Builder forgottenPrincipal(String name) {
            principals.add("-" + name);
            return this;
        }

        /**
         * Sets how far a client's clock may be from the KDC's; with zero every clock is too far, which is said when a
         * client that has logged in wants a ticket for a service. Default: 5 minutes.
         */
        public Builder clockSkew(Duration clockSkew) {
            this.clockSkew = clockSkew;
            return this;
        }

        /**
         * Starts the KDC and waits until it answers and the keytabs are there.
         *
         * @throws MillraceException if the jars are missing or it does not become ready
         */
        public KerberosKdc start() {
            KerberosKdc kdc = new KerberosKdc(this, JarFolder.HDFS.locate());
            if (!kdc.process.awaitOutput(KdcMain.READY, START_TIMEOUT)) {
                String last = kdc.process.lastOutput();
                kdc.close();
                throw new MillraceException(
                        ErrorCode.EXTERNAL_SYSTEM,
                        String.format(Locale.ROOT, "the KDC did not become ready. It last printed:%n%s", last));
            }
            return kdc;
        }
    }
}
