// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkDirectoryTest {
    private final String temporaryFiles = System.getProperty("java.io.tmpdir");

    @TempDir
    private Path temp;

    @AfterEach
    void restore() {
        System.clearProperty(WorkDirectory.PROPERTY);
        System.setProperty("java.io.tmpdir", temporaryFiles);
    }

    @Test
    void isTheConfiguredOne() throws IOException {
        System.setProperty(WorkDirectory.PROPERTY, temp.resolve("a/b").toString());

        assertThat(WorkDirectory.locate())
                .isEqualTo(temp.toRealPath().resolve("a/b"))
                .isDirectory();
    }

    @Test
    void isOtherwiseAFolderThatNobodyElseMayEnter() throws IOException {
        System.setProperty("java.io.tmpdir", temp.toString());

        Path path = WorkDirectory.locate();

        assertThat(path).hasParent(temp.toRealPath()).isEmptyDirectory();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rwx------");
        assertThat(WorkDirectory.locate()).isEqualTo(path);
    }

    @Test
    void refusesALinkThatSomebodyPutThere() throws IOException {
        System.setProperty("java.io.tmpdir", temp.toString());
        Path place = WorkDirectory.locate();
        Files.delete(place);
        Files.createSymbolicLink(place, Files.createDirectory(temp.resolve("theirs")));

        assertThatThrownBy(WorkDirectory::locate)
                .hasMessageContaining(place.getFileName().toString())
                .hasMessageContaining("-D" + WorkDirectory.PROPERTY);
    }
}
