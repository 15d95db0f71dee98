// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.hdfs;

import io.millrace.spi.plugin.Causes;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Locale;
import javax.security.auth.login.LoginException;
import javax.security.sasl.SaslException;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.hdfs.protocol.AlreadyBeingCreatedException;
import org.apache.hadoop.hdfs.protocol.QuotaExceededException;
import org.apache.hadoop.ipc.RemoteException;
import org.apache.hadoop.security.AccessControlException;
import org.apache.hadoop.security.KerberosAuthException;
import org.apache.hadoop.util.DiskChecker.DiskOutOfSpaceException;
import org.ietf.jgss.GSSException;

/** Turns what HDFS says into what a person can act on. Nothing was appended in all these cases. */
final class HdfsErrors {
    private HdfsErrors() {}

    /** The failure of {@code doing} (such as "create"), on {@code path}. */
    static WalException of(String doing, String path, Exception failure) {
        Exception cause = unwrapped(failure);
        String what = "cannot " + doing + " " + path + ": ";
        if (isCausedBy(cause, LoginException.class) && anySays(cause, "invalid null input: name")) {
            return new WalException(
                    Reason.ACCESS_DENIED,
                    what + "the user that this process runs as has a number and no name, as in a container without an"
                            + " entry in /etc/passwd, and HDFS wants a name; set 'wal.user' to the user who owns the"
                            + " directory",
                    failure);
        }
        if (isAuthentication(cause)) {
            return new WalException(
                    Reason.ACCESS_DENIED,
                    what + "the cluster does not believe who we are (" + deepest(cause)
                            + "); check kerberos.principal, kerberos.keytab and the cluster's core-site.xml",
                    failure);
        }
        if (isCausedBy(cause, AccessControlException.class)) {
            return new WalException(
                    Reason.ACCESS_DENIED,
                    what + reason(cause) + "; give the user the right to write there, or choose another directory",
                    failure);
        }
        if (cause instanceof QuotaExceededException) {
            return new WalException(
                    Reason.FULL,
                    what + reason(cause) + "; a segment counts as a whole block until it is closed. Appends go on once"
                            + " the quota has room",
                    failure);
        }
        if (cause instanceof DiskOutOfSpaceException || says(cause, "no space left")) {
            return new WalException(
                    Reason.FULL, what + reason(cause) + "; appends go on once the datanodes have room", failure);
        }
        if (says(cause, "could only be written to")) {
            return new WalException(
                    Reason.TRANSIENT, // the namenode does not say which of the two it is
                    what + "no datanode takes a block (" + reason(cause)
                            + "): their disks are full, or they do not answer;"
                            + " see 'hdfs dfsadmin -report', and make room or start datanodes",
                    failure);
        }
        if (cause instanceof ParentNotDirectoryException || says(cause, "is not a directory")) {
            return new WalException(
                    Reason.UNSUPPORTED,
                    what + "there is a file in the place of a directory; move it away, or choose another directory",
                    failure);
        }
        if (cause instanceof ChecksumException) {
            return new WalException(
                    Reason.CORRUPT,
                    what + "every replica is damaged (" + reason(cause) + "); see 'hdfs fsck'",
                    failure);
        }
        if (isCausedBy(cause, SocketException.class)
                || isCausedBy(cause, SocketTimeoutException.class)
                || isCausedBy(cause, UnknownHostException.class)) {
            return new WalException(
                    Reason.TRANSIENT,
                    what + reason(cause) + "; check that the namenode runs, and that the location names it",
                    failure);
        }
        return new WalException(Reason.TRANSIENT, what + reason(cause), failure);
    }

    /** Whether something failed because the cluster, or the KDC, does not believe who asks. */
    static boolean isAuthentication(Throwable failure) {
        return isCausedBy(failure, SaslException.class)
                || isCausedBy(failure, KerberosAuthException.class)
                || anySays(failure, "client cannot authenticate");
    }

    /** What the first cause of all says, in a line: the layers above say that something failed. */
    static String deepest(Throwable failure) {
        Throwable deepest = failure;
        for (Throwable cause : Causes.of(failure)) {
            if (cause instanceof LoginException || cause instanceof GSSException) {
                return reason(cause); // what is below is said in the words of the protocol
            }
        }
        for (Throwable cause : Causes.of(failure)) {
            if (cause != failure && cause.getMessage() == null) {
                break;
            }
            deepest = cause;
        }
        return reason(deepest);
    }

    /** Whether a file could not be created because it is there, be it closed or not. */
    static boolean exists(IOException failure) {
        Exception cause = unwrapped(failure);
        return cause instanceof FileAlreadyExistsException || cause instanceof AlreadyBeingCreatedException;
    }

    /** Whether a file or the directory that it should be in is not there. */
    static boolean absent(IOException failure) {
        return unwrapped(failure) instanceof FileNotFoundException;
    }

    /** What went wrong, in a line, without where Hadoop's wiki says more. */
    static String reason(Throwable cause) {
        String message = cause.getMessage();
        if (message == null) {
            return cause.getClass().getSimpleName();
        }
        String line = message.lines().findFirst().orElse("");
        int more = line.indexOf("; For more details");
        return (more < 0 ? line : line.substring(0, more)).trim();
    }

    private static Exception unwrapped(Exception failure) {
        return failure instanceof RemoteException remote ? remote.unwrapRemoteException() : failure;
    }

    private static boolean isCausedBy(Throwable failure, Class<? extends Throwable> type) {
        return Causes.first(failure, type).isPresent();
    }

    private static boolean anySays(Throwable failure, String words) {
        return Causes.of(failure).stream().anyMatch(cause -> says(cause, words));
    }

    private static boolean says(Throwable cause, String words) {
        return cause.getMessage() != null
                && cause.getMessage().toLowerCase(Locale.ROOT).contains(words);
    }
}
