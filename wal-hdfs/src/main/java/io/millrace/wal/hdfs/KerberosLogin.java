// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.hdfs;

import io.millrace.spi.plugin.Causes;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivilegedAction;
import java.security.PrivilegedExceptionAction;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.security.auth.Subject;
import javax.security.auth.kerberos.KerberosTicket;
import org.apache.hadoop.security.UserGroupInformation;
import org.apache.hadoop.security.authentication.util.KerberosUtil;
import org.apache.hadoop.security.authentication.util.SubjectUtil;
import org.jspecify.annotations.Nullable;

/**
 * Who the store is on a cluster with Kerberos: a principal, logged in with its keytab. What goes wrong with it is said with
 * both, and with what to do. Thread-safe.
 */
final class KerberosLogin {
    private static final Pattern ANY = Pattern.compile(".*");

    /** A ticket is renewed in the last fifth of its life, as Hadoop does it. */
    private static final int LAST_PART = 5;

    private final String principal;
    private final String keytab;
    private final UserGroupInformation user;

    /** Why the last attempt to renew the ticket failed; null if it did not. */
    private volatile @Nullable WalException refused;

    private KerberosLogin(String principal, String keytab, UserGroupInformation user) {
        this.principal = principal;
        this.keytab = keytab;
        this.user = user;
    }

    /** @throws WalException {@code ACCESS_DENIED}, or {@code TRANSIENT} if no KDC answers */
    static KerberosLogin of(String principal, String keytab) {
        if (!Files.isReadable(Path.of(keytab))) {
            throw new WalException(
                    Reason.ACCESS_DENIED,
                    what(principal, keytab) + "the keytab is not there, or this process may not read it; correct"
                            + " 'wal.kerberos.keytab', or the file's owner and mode");
        }
        try {
            return new KerberosLogin(
                    principal, keytab, UserGroupInformation.loginUserFromKeytabAndReturnUGI(principal, keytab));
        } catch (IOException e) {
            throw failed(principal, keytab, e);
        }
    }

    /** Does something as the principal. */
    <T> T as(PrivilegedExceptionAction<T> action) throws IOException, InterruptedException {
        return user.doAs(action);
    }

    /**
     * Gets a new ticket if most of the life of the last one is over.
     *
     * @throws WalException as {@link #of}; the last ticket is then as good as before
     */
    void renew(long nowMillis) {
        if (!isDue(nowMillis)) {
            return;
        }
        try {
            // Hadoop gives up the last ticket before it asks for another one: so only once a KDC is known to give one.
            UserGroupInformation.loginUserFromKeytabAndReturnUGI(principal, keytab);
            user.checkTGTAndReloginFromKeytab();
            refused = null;
        } catch (IOException e) {
            WalException failure = failed(principal, keytab, e);
            refused = failure;
            throw failure;
        }
    }

    private boolean isDue(long nowMillis) {
        Subject subject = user.doAs((PrivilegedAction<Subject>) SubjectUtil::current);
        for (KerberosTicket ticket : subject.getPrivateCredentials(KerberosTicket.class)) {
            if (ticket.getServer().getName().startsWith("krbtgt/") && ticket.getEndTime() != null) {
                Instant end = ticket.getEndTime().toInstant();
                Instant begun =
                        (ticket.getStartTime() == null ? ticket.getAuthTime() : ticket.getStartTime()).toInstant();
                Duration left = Duration.ofMillis(end.toEpochMilli() - nowMillis);
                return left.compareTo(Duration.between(begun, end).dividedBy(LAST_PART)) <= 0;
            }
        }
        return true;
    }

    /** The same failure of a store that has just logged in, with who it is and what to do. */
    WalException named(WalException failure) {
        return failed(failure, Reason.ACCESS_DENIED, "");
    }

    /**
     * A failure of a store that has been let in before. If the cluster no longer believes who it is, that passes as soon as
     * a KDC gives a new ticket: so it is none that ends a log.
     */
    WalException afterLogin(WalException failure) {
        return failed(failure, Reason.TRANSIENT, ". It is tried again");
    }

    private WalException failed(WalException failure, Reason reason, String then) {
        Throwable cause = failure.getCause();
        if (failure.reason() != Reason.ACCESS_DENIED || cause == null || !HdfsErrors.isAuthentication(cause)) {
            return failure;
        }
        WalException renewal = refused;
        String why = renewal != null
                ? String.valueOf(renewal.getMessage())
                : HdfsErrors.deepest(cause) + "; " + next(principal, keytab, cause);
        return new WalException(
                reason,
                "the cluster does not believe that this is '" + principal + "', who logs in with keytab '" + keytab
                        + "': " + why + then,
                failure);
    }

    private static WalException failed(String principal, String keytab, IOException failure) {
        return new WalException(
                isUnanswered(text(failure)) ? Reason.TRANSIENT : Reason.ACCESS_DENIED,
                what(principal, keytab) + HdfsErrors.deepest(failure) + "; " + next(principal, keytab, failure),
                failure);
    }

    private static String what(String principal, String keytab) {
        return "cannot log in to Kerberos as '" + principal + "' with keytab '" + keytab + "': ";
    }

    private static String next(String principal, String keytab, Throwable failure) {
        String text = text(failure);
        if (text.contains("clock skew")) {
            return "this machine's clock and the KDC's are further apart than Kerberos allows, which is 5 minutes unless"
                    + " krb5.conf says otherwise; set both by NTP";
        }
        if (text.contains("client not found")) {
            return "the KDC does not know the principal; correct 'wal.kerberos.principal', or create it there (kadmin"
                    + " addprinc " + principal + ")";
        }
        if (text.contains("unable to obtain password")) {
            return "the keytab has no key of the principal, but " + held(keytab) + "; correct"
                    + " 'wal.kerberos.principal' or 'wal.kerberos.keytab'";
        }
        if (text.contains("pre-authentication")
                || text.contains("integrity check")
                || text.contains("checksum failed")) {
            return "the keytab's key is not the one that the KDC has, as after a change of password, or the clocks are too"
                    + " far apart; write the keytab anew (kadmin ktadd -k " + keytab + " " + principal
                    + "), and set both clocks by NTP";
        }
        if (text.contains("server not found")) {
            return "the KDC does not know the namenode; check 'dfs.namenode.kerberos.principal' in the cluster's"
                    + " hdfs-site.xml";
        }
        if (isUnanswered(text)) {
            return "no KDC answers; see whether it runs, and whether krb5.conf names it (" + krb5Conf() + ")";
        }
        return "see whether 'kinit -kt " + keytab + " " + principal + "' works on this machine";
    }

    private static boolean isUnanswered(String text) {
        return text.contains("cannot locate kdc")
                || text.contains("timed out")
                || text.contains("connection refused")
                || text.contains("unable to locate kdc")
                || text.contains("no route to host");
    }

    private static String krb5Conf() {
        String named = System.getProperty("java.security.krb5.conf");
        return named == null ? "/etc/krb5.conf" : named;
    }

    private static String held(String keytab) {
        try {
            return "those of " + String.join(", ", KerberosUtil.getPrincipalNames(keytab, ANY));
        } catch (IOException | RuntimeException e) {
            return "is no keytab that can be read";
        }
    }

    /** All that a failure and its causes say, in lower case. */
    private static String text(Throwable failure) {
        StringBuilder all = new StringBuilder();
        for (Throwable cause : Causes.of(failure)) {
            all.append(cause.getMessage()).append('\n');
        }
        return all.toString().toLowerCase(Locale.ROOT);
    }
}
