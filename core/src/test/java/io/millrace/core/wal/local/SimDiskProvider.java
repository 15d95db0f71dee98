// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import io.millrace.core.simulation.Simulation;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.wal.WalStore;
import io.millrace.spi.wal.WalStoreProvider;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;

/** The local store on a simulated disk, for programs that are to die at any change that they make to it. */
public final class SimDiskProvider implements WalStoreProvider {
    private final SimDisk disk;
    private final long segmentBytes;
    private boolean paced;

    /** A disk that loses by chance. */
    public SimDiskProvider(long seed, long segmentBytes) {
        this.disk = new SimDisk(seed);
        this.segmentBytes = segmentBytes;
    }

    /** For processes of a simulation: what is done to the disk takes time, and its death is the process's. */
    public SimDiskProvider paced() {
        paced = true;
        return this;
    }

    /** Gives the disk room for so many bytes more than it holds. */
    public void room(long bytes) {
        disk.room(bytes);
    }

    /** Lets the process that uses it die at its {@code nth} change from now. */
    public void dieAt(int nth) {
        disk.dieAt(nth);
    }

    /** Fails the next syncs, each of another file; what they were to keep may be lost. */
    public void failForces(int next) {
        disk.failForces(next);
    }

    /** Fails the next writes, of which a part is done. */
    public void failWrites(int next) {
        disk.failWrites(next);
    }

    /** The files on it. */
    public List<Path> files() {
        return disk.files();
    }

    /** What a file holds. */
    public byte[] bytes(Path file) {
        return disk.bytes(file);
    }

    /** Puts other bytes into a file, or makes one. */
    public void replaceBytes(Path file, byte[] bytes) {
        disk.replaceBytes(file, bytes);
    }

    /** Takes a file away. */
    public void delete(Path file) {
        disk.delete(file);
    }

    /** Throws {@code defect} from every sync from now on, as nothing should. */
    public void throwFromForces(Error defect) {
        disk.throwFromForces(defect);
    }

    /** Ends that process, if it has not died yet: its files answer no more. The system keeps what it wrote. */
    public void kill() {
        disk.kill();
    }

    /** Ends that process, if it has not died yet, and with it the power: of what was not forced, anything may be left. */
    public void powerFailure() {
        disk.powerFailure();
    }

    @Override
    public String name() {
        return "simulated";
    }

    @Override
    public ConfigSpec config() {
        return ConfigSpec.of();
    }

    @Override
    public WalStore open(URI location, PluginContext context) {
        return new LocalWalStore(
                SimProgram.ROOT,
                new LocalWalSettings(segmentBytes, 0, true),
                paced ? new PacedDisk(disk, Simulation.processName()) : disk,
                context.clock(),
                Executors.newCachedThreadPool(context.threads()),
                took -> {});
    }
}
