// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.hdfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.servers.HdfsCluster;
import io.millrace.servers.KerberosKdc;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A namenode and a datanode with Kerberos, a real KDC, and stores in JVMs of their own, since a JVM is in one realm only:
 * who they are, that their tickets are renewed before they expire and after, and what they are told.
 */
@Timeout(300)
class KerberosIT {
    private static final Duration TICKET = Duration.ofSeconds(8);
    private static final URI NOWHERE = URI.create("hdfs://127.0.0.1:1/nobody/gets/so/far");

    private static KerberosKdc kdc;
    private static HdfsCluster hdfs;

    @BeforeAll
    static void start() {
        kdc = KerberosKdc.builder()
                .principal(HdfsCluster.KERBEROS_NODE)
                .principal("program")
                .forgottenPrincipal("forgotten")
                .start();
        hdfs = HdfsCluster.builder().datanodes(1).kerberos(kdc).start();
    }

    @AfterAll
    static void stop() {
        if (hdfs != null) {
            hdfs.close();
        }
        if (kdc != null) {
            kdc.close();
        }
    }

    @Test
    void theTicketIsRenewedBeforeItExpiresAndAfterTheKdcWasAway() throws Exception {
        URI place = TestStores.place(hdfs.uri());
        try (Child child = new Child(kdc, kdc.krb5Conf(TICKET), place, "program", "program")) {
            assertThat(child.line()).isEqualTo("ready");
            long second = System.nanoTime() + 2 * TICKET.toNanos();
            while (System.nanoTime() < second) {
                assertThat(child.append()).isEqualTo("durable");
            }

            kdc.pause();
            String said = "";
            while (!said.contains("no KDC answers")) {
                said = child.append();
                if (!said.equals("durable")) {
                    assertThat(said)
                            .startsWith("TRANSIENT ")
                            .contains(
                                    kdc.principal("program"),
                                    kdc.keytab("program").toString(),
                                    "It is tried again");
                }
            }

            kdc.resume();
            while (!said.equals("durable")) {
                said = child.append();
            }
        } finally {
            kdc.resume();
        }
    }

    @Test
    void aPrincipalThatTheKeytabDoesNotHaveIsTold() throws Exception {
        assertThat(refusal(kdc, "other", "program"))
                .startsWith("ACCESS_DENIED cannot log in to Kerberos as '" + kdc.principal("other") + "' with keytab '"
                        + kdc.keytab("program") + "'")
                .contains("the keytab has no key of the principal, but those of " + kdc.principal("program"));
    }

    @Test
    void aPrincipalThatTheKdcDoesNotKnowIsTold() throws Exception {
        assertThat(refusal(kdc, "forgotten", "forgotten"))
                .startsWith("ACCESS_DENIED cannot log in to Kerberos as '" + kdc.principal("forgotten")
                        + "' with keytab '" + kdc.keytab("forgotten") + "'")
                .contains("the KDC does not know the principal", "correct 'wal.kerberos.principal'");
    }

    @Test
    void aKeytabThatIsNotThereIsTold() throws Exception {
        assertThat(refusal(kdc, "program", "absent"))
                .startsWith("ACCESS_DENIED cannot log in to Kerberos as '" + kdc.principal("program")
                        + "' with keytab '" + kdc.keytab("absent") + "'")
                .contains("the keytab is not there", "correct 'wal.kerberos.keytab'");
    }

    /** Clocks cannot be set here: this KDC allows no difference at all, and answers as if it were too large. */
    @Test
    void aClockThatIsOffIsTold() throws Exception {
        try (KerberosKdc strict = KerberosKdc.builder()
                .principal(HdfsCluster.KERBEROS_NODE)
                .principal("program")
                .clockSkew(Duration.ZERO)
                .start()) {
            assertThat(refusal(strict, TestStores.place(hdfs.uri()), "program", "program"))
                    .startsWith("ACCESS_DENIED the cluster does not believe that this is '"
                            + strict.principal("program") + "', who logs in with keytab '" + strict.keytab("program")
                            + "'")
                    .contains("this machine's clock and the KDC's are further apart", "set both by NTP");
        }
    }

    @Test
    void aNamenodeThatTheKdcDoesNotKnowIsTold() throws Exception {
        try (KerberosKdc other = KerberosKdc.builder().principal("program").start()) {
            assertThat(refusal(other, TestStores.place(hdfs.uri()), "program", "program"))
                    .startsWith("ACCESS_DENIED the cluster does not believe that this is '" + other.principal("program")
                            + "', who logs in with keytab '" + other.keytab("program") + "'")
                    .contains("the KDC does not know the namenode", "dfs.namenode.kerberos.principal");
        }
    }

    private static String refusal(KerberosKdc kdc, String principal, String keytab)
            throws IOException, InterruptedException {
        return refusal(kdc, NOWHERE, principal, keytab);
    }

    private static String refusal(KerberosKdc kdc, URI place, String principal, String keytab)
            throws IOException, InterruptedException {
        try (Child child = new Child(kdc, kdc.krb5Conf(), place, principal, keytab)) {
            return child.line();
        }
    }

    /** A store in a JVM of its own. */
    private static final class Child implements AutoCloseable {
        private final Process process;
        private final BufferedReader lines;

        Child(KerberosKdc kdc, Path krb5Conf, URI place, String principal, String keytab) throws IOException {
            List<String> line = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-Djava.security.krb5.conf=" + krb5Conf,
                    "-cp",
                    System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                    KerberosMain.class.getName(),
                    place.toString()));
            line.addAll(List.of("replication", "1", "min-replicas", "1"));
            line.addAll(List.of("kerberos.principal", kdc.principal(principal)));
            line.addAll(List.of("kerberos.keytab", kdc.keytab(keytab).toString()));
            // Every call connects anew, and so needs a ticket.
            line.addAll(List.of("hadoop.ipc.client.connection.maxidletime", "0"));
            line.addAll(List.of("hadoop.hadoop.kerberos.min.seconds.before.relogin", "1"));
            HdfsCluster.kerberosClient(kdc).forEach((name, value) -> line.addAll(List.of("hadoop." + name, value)));
            process = new ProcessBuilder(line)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            lines = process.inputReader(StandardCharsets.UTF_8);
        }

        String line() throws IOException {
            return String.valueOf(lines.readLine());
        }

        String append() throws IOException {
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
            return line();
        }

        @Override
        public void close() throws InterruptedException {
            process.destroyForcibly().waitFor();
        }
    }
}
