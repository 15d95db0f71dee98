// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.hdfs;

import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.wal.hdfs.LogDirectory.Epoch;
import io.millrace.wal.hdfs.LogDirectory.SegmentFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A log that an epoch has opened: its chain, and the mark that says where it begins. */
final class OpenLog {
    private static final Logger LOG = LoggerFactory.getLogger(OpenLog.class);
    private static final byte[] EMPTY = {};

    private final Hdfs hdfs;
    private final Claims claims;
    private final String name;
    private final String path;
    private final Chain chain;
    private Mark mark;

    OpenLog(Hdfs hdfs, Claims claims, String name, String path, Chain chain, Mark mark) {
        this.hdfs = hdfs;
        this.claims = claims;
        this.name = name;
        this.path = path;
        this.chain = chain;
        this.mark = mark;
    }

    String name() {
        return name;
    }

    long epoch() {
        return mark.epoch();
    }

    Chain chain() {
        return chain;
    }

    /** Where this epoch writes. */
    String ownDirectory() {
        return path + "/" + Names.epochDirectory(epoch());
    }

    /** Makes a mark the one that counts. */
    void write(Mark fresh) {
        write(hdfs, claims, name, path, fresh);
        mark = fresh;
    }

    static void write(Hdfs hdfs, Claims claims, String log, String path, Mark mark) {
        String file = path + "/" + Names.epochDirectory(mark.epoch()) + "/" + mark.name();
        try {
            hdfs.createOnce(file, EMPTY);
        } catch (IOException e) {
            claims.verify(log, mark.epoch());
            throw HdfsErrors.of("create", file, e);
        }
    }

    /** Frees the segments before {@code keep}: first it is written down that they do not count, then they are removed. */
    void free(long keep) {
        write(new Mark(epoch(), mark.number() + 1, keep, mark.id(), false));
        chain.trim(keep);
        tidy(LogDirectory.list(hdfs, path));
    }

    /**
     * Removes what does not count any more, here and in earlier epochs' directories, and those that become empty. What is
     * left behind is tried again by the next.
     */
    void tidy(LogDirectory listed) {
        for (Epoch epoch : listed.epochs()) {
            String directory = listed.directory(epoch);
            List<String> removable = new ArrayList<>();
            for (SegmentFile file : epoch.segments()) {
                if (Long.compareUnsigned(file.segment(), mark.first()) < 0) {
                    removable.add(file.path());
                }
            }
            boolean keepsSegments = removable.size() < epoch.segments().size();
            for (Mark other : epoch.marks()) {
                if (Mark.ORDER.compare(other, mark) < 0) {
                    removable.add(directory + "/" + other.name());
                }
            }
            try {
                for (String file : removable) {
                    hdfs.delete(file);
                }
                if (epoch.epoch() < epoch() && epoch.sealed() && !keepsSegments) {
                    hdfs.delete(directory);
                }
            } catch (IOException e) {
                LOG.warn(
                        "cannot remove what is not needed any more in {}: {}; the next trim tries again",
                        directory,
                        HdfsErrors.reason(e));
                return;
            }
        }
    }

    /** A log without marks has no segments either. */
    static WalException withoutMark(String log, String path) {
        return new WalException(
                Reason.CORRUPT,
                "log '" + log + "' has lost its marks in " + path + "/e*, which say where it begins: restore them");
    }
}
