// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.hdfs;

import io.millrace.spi.plugin.Closing;
import io.millrace.spi.wal.WalException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Options.Rename;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PathIsNotEmptyDirectoryException;
import org.apache.hadoop.hdfs.AddBlockFlag;
import org.apache.hadoop.hdfs.DFSClient;
import org.apache.hadoop.hdfs.DFSOutputStream;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.client.HdfsDataOutputStream;
import org.apache.hadoop.hdfs.protocol.DirectoryListing;
import org.apache.hadoop.hdfs.protocol.HdfsFileStatus;
import org.apache.hadoop.hdfs.protocol.HdfsLocatedFileStatus;
import org.apache.hadoop.ipc.RemoteException;

/** The little that the store wants of HDFS, with paths as text. Thread-safe. */
final class Hdfs implements AutoCloseable {
    private static final long BLOCK_UNIT = 1 << 20;
    private static final int BUFFER = 4096;

    private final HdfsConnection connection;
    private final DistributedFileSystem fs;
    private final DFSClient client;
    private final HdfsWalSettings settings;

    /**
     * Something in a directory.
     *
     * @param open whether it is a file that nobody has closed yet, if that was asked for
     */
    record Entry(String name, boolean directory, long length, boolean open) {}

    Hdfs(HdfsConnection connection, HdfsWalSettings settings) {
        this.connection = connection;
        this.fs = connection.fs();
        this.client = fs.getClient();
        this.settings = settings;
    }

    /**
     * What is in a directory behind the name {@code after}, in the order of the names; empty if it does not exist.
     *
     * @param openToo whether it matters which files are open, which costs the namenode more
     */
    Optional<List<Entry>> list(String directory, String after, boolean openToo) throws IOException {
        List<Entry> entries = new ArrayList<>();
        byte[] last = after.getBytes(StandardCharsets.UTF_8);
        while (true) {
            DirectoryListing page = client.listPaths(directory, last, openToo);
            if (page == null) {
                return Optional.empty();
            }
            for (HdfsFileStatus found : page.getPartialListing()) {
                boolean open = found instanceof HdfsLocatedFileStatus file
                        && !found.isDirectory()
                        && file.getLocatedBlocks() != null
                        && file.getLocatedBlocks().isUnderConstruction();
                entries.add(new Entry(found.getLocalName(), found.isDirectory(), found.getLen(), open));
            }
            if (!page.hasMore()) {
                return Optional.of(entries);
            }
            last = page.getLastName();
        }
    }

    void makeDirectories(String directory) throws IOException {
        fs.mkdirs(new Path(directory));
    }

    /**
     * Creates a file for writing that must not exist, in a directory that must; it is one block for as long as it does
     * not grow beyond {@code bytes}.
     */
    HdfsDataOutputStream create(String file, long bytes) throws IOException {
        var builder = fs.createFile(new Path(file))
                .overwrite(false)
                .replicate() // never erasure-coded: such a file cannot be synced
                .syncBlock()
                .replication((short) settings.replication())
                .blockSize((bytes + BLOCK_UNIT) / BLOCK_UNIT * BLOCK_UNIT)
                .bufferSize(BUFFER);
        settings.storagePolicy().ifPresent(builder::storagePolicyName);
        return (HdfsDataOutputStream) builder.build();
    }

    /** Creates a small file that must not exist, in a directory that must, and says whether it did. */
    boolean createOnce(String file, byte[] content) throws IOException {
        try {
            HdfsDataOutputStream out = create(file, BLOCK_UNIT);
            return Closing.after(() -> write(out, file, content), out::close);
        } catch (IOException e) {
            if (HdfsErrors.exists(e)) {
                return false;
            }
            throw e;
        }
    }

    private boolean write(HdfsDataOutputStream out, String file, byte[] content) throws IOException {
        if (content.length > 0) {
            allocate(out, file);
            out.write(content);
            out.hsync();
        }
        return true;
    }

    /**
     * Has the namenode give a file that was just created its block, which the file's stream would ask for with its first
     * sync. If there is no room, it is refused here; a stream that is refused writes its stack trace to the log each time.
     */
    void allocate(HdfsDataOutputStream out, String file) throws IOException {
        long id = ((DFSOutputStream) out.getWrappedStream()).getFileId();
        client.getNamenode()
                .addBlock(file, client.getClientName(), null, null, id, null, EnumSet.noneOf(AddBlockFlag.class));
    }

    /** Opens a file for reading; what a writer syncs later is not seen by it. */
    FSDataInputStream open(String file) throws IOException {
        return fs.open(new Path(file), BUFFER);
    }

    /** Gives a directory another name in one step, if it has the first one and nobody has the other; says whether. */
    boolean rename(String from, String to) throws IOException {
        try {
            fs.rename(new Path(from), new Path(to), Rename.NONE);
            return true;
        } catch (IOException e) {
            if (HdfsErrors.absent(e) || HdfsErrors.exists(e)) {
                return false;
            }
            throw e;
        }
    }

    /** Removes a file, or a directory if it is empty; says whether it is gone. */
    boolean delete(String path) throws IOException {
        try {
            fs.delete(new Path(path), false);
            return true;
        } catch (FileNotFoundException e) {
            return true;
        } catch (PathIsNotEmptyDirectoryException e) {
            return false;
        } catch (RemoteException e) {
            if (e.unwrapRemoteException() instanceof PathIsNotEmptyDirectoryException) {
                return false;
            }
            throw e;
        }
    }

    /** Takes a file away from whoever writes it; says whether it is closed already. */
    boolean recoverLease(String file) throws IOException {
        return fs.recoverLease(new Path(file));
    }

    boolean isClosed(String file) throws IOException {
        return fs.isFileClosed(new Path(file));
    }

    /** A failure of a store that is new, with who it is if that is why. */
    WalException named(WalException failure) {
        return connection.named(failure);
    }

    /** What a failure of a store that has been let in before means. */
    WalException afterLogin(WalException failure) {
        return connection.afterLogin(failure);
    }

    /** Lets go of all files that are open for writing without closing them. */
    void abandonWriters() {
        client.closeOutputStreams(true);
    }

    @Override
    public void close() {
        connection.close();
    }
}
