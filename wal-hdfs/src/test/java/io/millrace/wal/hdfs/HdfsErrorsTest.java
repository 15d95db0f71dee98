// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.hdfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Outcome;
import io.millrace.spi.wal.WalException.Reason;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.util.stream.Stream;
import javax.security.sasl.SaslException;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.hdfs.protocol.AlreadyBeingCreatedException;
import org.apache.hadoop.hdfs.protocol.DSQuotaExceededException;
import org.apache.hadoop.hdfs.server.namenode.SafeModeException;
import org.apache.hadoop.ipc.RemoteException;
import org.apache.hadoop.security.AccessControlException;
import org.apache.hadoop.util.DiskChecker.DiskOutOfSpaceException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class HdfsErrorsTest {
    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(
                        new AccessControlException("Permission denied: user=a, access=WRITE"), Reason.ACCESS_DENIED),
                Arguments.of(new IOException("no", new SaslException("GSS initiate failed")), Reason.ACCESS_DENIED),
                Arguments.of(new DSQuotaExceededException(1, 2), Reason.FULL),
                Arguments.of(new DiskOutOfSpaceException("no space"), Reason.FULL),
                Arguments.of(
                        remote(
                                IOException.class,
                                "File /logs/a could only be written to 0 of the 1 minReplication nodes. There are 3"
                                        + " datanode(s) running and 3 node(s) are excluded in this operation."),
                        Reason.TRANSIENT),
                Arguments.of(new ParentNotDirectoryException("/a is not a directory"), Reason.UNSUPPORTED),
                Arguments.of(new ChecksumException("bad", 0), Reason.CORRUPT),
                Arguments.of(new ConnectException("Connection refused"), Reason.TRANSIENT),
                Arguments.of(remote(SafeModeException.class, "Name node is in safe mode"), Reason.TRANSIENT),
                Arguments.of(remote(AccessControlException.class, "Permission denied"), Reason.ACCESS_DENIED));
    }

    private static RemoteException remote(Class<?> type, String message) {
        return new RemoteException(type.getName(), message);
    }

    @ParameterizedTest
    @MethodSource("failures")
    void sayWhatCanBeDone(IOException failure, Reason reason) {
        WalException told = HdfsErrors.of("create", "/logs/a", failure);

        assertThat(told.reason()).isEqualTo(reason);
        assertThat(told.outcome()).isEqualTo(Outcome.NOT_APPENDED);
        assertThat(told).hasMessageStartingWith("cannot create /logs/a: ").hasCause(failure);
    }

    @Test
    void nameTheNextStepWhereNobodyAnswers() {
        IOException refused = new ConnectException("Call From a to localhost:1 failed on connection exception:"
                + " java.net.ConnectException: Connection refused; For more details see: http://somewhere");

        assertThat(HdfsErrors.of("list", "/logs", refused))
                .hasMessage("cannot list /logs: Call From a to localhost:1 failed on connection exception:"
                        + " java.net.ConnectException: Connection refused; check that the namenode runs, and that the"
                        + " location names it");
    }

    @Test
    void tellWhatIsThereFromWhatIsNot() {
        assertThat(HdfsErrors.exists(new FileAlreadyExistsException("x"))).isTrue();
        assertThat(HdfsErrors.exists(remote(AlreadyBeingCreatedException.class, "x")))
                .isTrue();
        assertThat(HdfsErrors.exists(new FileNotFoundException("x"))).isFalse();
        assertThat(HdfsErrors.absent(remote(FileNotFoundException.class, "x"))).isTrue();
    }
}
