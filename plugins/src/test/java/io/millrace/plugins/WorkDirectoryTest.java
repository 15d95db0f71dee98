// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    @ParameterizedTest
    @ValueSource(strings = {"rwxrwxrwx", "rwxrwx---", "rwx----w-"})
    void refusesOneThatOthersMayWriteTo(String permissions) throws IOException {
        Path loose = Files.createDirectory(temp.resolve("loose"));
        Files.setPosixFilePermissions(loose, PosixFilePermissions.fromString(permissions));
        System.setProperty(WorkDirectory.PROPERTY, loose.toString());

        assertThatThrownBy(WorkDirectory::locate)
                .hasMessageContaining("'" + loose + "'")
                .hasMessageContaining("(" + permissions + ")")
                .hasMessageContaining("chmod go-w")
                .hasMessageContaining("-D" + WorkDirectory.PROPERTY);
    }

    @Test
    void makesTheConfiguredOneForItsUserAlone() throws IOException {
        System.setProperty(WorkDirectory.PROPERTY, temp.resolve("a/b").toString());
        WorkDirectory.locate();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(temp.resolve("a"))))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(temp.resolve("a/b"))))
                .isEqualTo("rwx------");
    }

    /** Root can give a directory away. */
    @Test
    void refusesOneOfAnotherUser() throws IOException {
        Path theirs = Files.createDirectory(temp.resolve("theirs"));
        assumeThat(System.getProperty("user.name"))
                .as("only root may give a directory away")
                .isEqualTo("root");
        Files.setOwner(
                theirs, theirs.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));
        System.setProperty(WorkDirectory.PROPERTY, theirs.toString());

        assertThatThrownBy(WorkDirectory::locate).hasMessageContaining("it belongs to nobody");
    }
}
