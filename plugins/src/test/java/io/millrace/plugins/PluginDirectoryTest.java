// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugins;

import static io.millrace.plugins.PluginFixture.descriptor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.spi.listener.ListenerProvider;
import io.millrace.spi.plugin.ProviderSource;
import io.millrace.spi.plugin.ProviderSource.Found;
import io.millrace.spi.plugin.ThreadContextClassLoader;
import io.millrace.spi.receiver.ReceiverProvider;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginDirectoryTest {
    @TempDir
    private Path temp;

    private Path plugins;

    @BeforeEach
    void useAWorkDirectoryOfItsOwn() throws IOException {
        plugins = Files.createDirectory(temp.resolve("plugins"));
        System.setProperty(WorkDirectory.PROPERTY, temp.resolve("work").toString());
    }

    @AfterEach
    void forgetTheWorkDirectory() {
        System.clearProperty(WorkDirectory.PROPERTY);
        System.clearProperty(Sums.PROPERTY);
    }

    // P-35
    @Test
    void refusesADirectoryThatAnyUserMayWriteTo() throws IOException {
        Files.setPosixFilePermissions(plugins, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(
                        MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.USER_CONFIG))
                .hasMessageContaining("'" + plugins + "' is not safe: any user may write to it (rwxrwxrwx)")
                .hasMessageContaining("chmod o-w");
    }

    // P-35
    @Test
    void doesNotLoadAFileThatAnyUserMayWriteTo() throws IOException {
        Path zip = compile("good").zip(plugins.resolve("good.zip"), descriptor("good"));
        Files.setPosixFilePermissions(zip, PosixFilePermissions.fromString("rw-rw-rw-"));
        try (ProviderSource.Session session = open()) {
            assertThat(session.providers(ListenerProvider.class)).isEmpty();
            assertThat(session.problems()).singleElement().asString().contains(zip + ": any user may write to it");
        }
    }

    // P-33
    @Test
    void aJarThatWasAddedToWhatWasExpandedIsNotLoaded() throws IOException {
        compile("good").zip(plugins.resolve("good.zip"), descriptor("good"));
        open().close();
        Path expanded;
        try (var folders = Files.list(temp.resolve("work"))) {
            expanded = folders.findFirst().orElseThrow();
        }
        Files.createDirectories(expanded.resolve("lib"));
        Path planted = compile("half-good").jar(expanded.resolve("lib/aaa.jar"), descriptor("other"));
        try (ProviderSource.Session session = open()) {
            ClassLoader loader = only(session).loader();
            assertThat(planted).exists();
            assertThat(((URLClassLoader) loader).getURLs())
                    .extracting(URL::toString)
                    .noneMatch(url -> url.contains("aaa.jar"));
        }
    }

    // P-36
    @Test
    void loadsWhatTheListOfSumsSaysAndNothingElse() throws IOException {
        Path zip = compile("good").zip(plugins.resolve("good.zip"), descriptor("good"));
        Path sums = temp.resolve("SHA256SUMS");
        System.setProperty(Sums.PROPERTY, sums.toString());

        Files.writeString(sums, "# approved\n" + Sums.sha256(zip) + " *./good.zip\n");
        try (ProviderSource.Session session = open()) {
            assertThat(only(session).provider().name()).isEqualTo("good");
        }
        Files.writeString(sums, "0".repeat(64) + "  good.zip\n");
        assertNotLoaded("is not the file that may be loaded: its SHA-256 is " + Sums.sha256(zip));
        Files.writeString(sums, Sums.sha256(zip) + "  better.zip\n");
        assertNotLoaded("is not in the list of plugins that may be loaded, " + sums);
    }

    private void assertNotLoaded(String why) {
        try (ProviderSource.Session session = open()) {
            assertThat(session.providers(ListenerProvider.class)).isEmpty();
            assertThat(session.problems()).singleElement().asString().contains(why);
        }
    }

    // P-36
    @Test
    void refusesAListOfSumsThatIsNone() throws IOException {
        compile("good").zip(plugins.resolve("good.zip"), descriptor("good"));
        Path sums = temp.resolve("SHA256SUMS");
        System.setProperty(Sums.PROPERTY, sums.toString());
        assertThatThrownBy(this::open)
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("-D" + Sums.PROPERTY + "=" + sums + " is not usable: it cannot be read");
        Files.writeString(sums, "good.zip\n");
        assertThatThrownBy(this::open).hasMessageContaining("line 1 is no SHA-256 and name");
    }

    // P-23
    @Test
    void refusesADescriptorOfManyMegabytes() throws IOException {
        Path zip = plugins.resolve("bomb.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            out.putNextEntry(new ZipEntry("plugin.properties"));
            out.write(new byte[5 << 20]);
        }
        assertNotLoaded("its plugin.properties has 5242880 bytes, more than 4194304; do not trust it");
    }

    // P-20, P-30, P-33
    @Test
    void loadsAZip() throws IOException {
        Path zip = compile("good").zip(plugins.resolve("good.zip"), descriptor("good"));

        try (ProviderSource.Session session = open()) {
            Found<ListenerProvider> found = only(session);
            assertThat(found.provider().name()).isEqualTo("good");
            assertThat(found.origin()).isEqualTo(zip.toString());
            assertThat(found.loader())
                    .isSameAs(found.provider().getClass().getClassLoader())
                    .isInstanceOf(StrictClassLoader.class);
            assertThat(session.providers(ListenerProvider.class)).containsExactly(found);
            assertThat(session.providers(ReceiverProvider.class)).isEmpty();
            assertThat(session.problems()).isEmpty();
        }
        try (var files = Files.list(plugins)) {
            assertThat(files).as("nothing is expanded beside the zip").containsExactly(zip);
        }
    }

    // P-21, P-30
    @Test
    void loadsAFatJar() {
        compile("good").jar(plugins.resolve("good.jar"), descriptor("good"));

        try (ProviderSource.Session session = open()) {
            assertThat(only(session).provider().name()).isEqualTo("good");
        }
    }

    @Test
    void isEmptyWithoutADirectory() {
        try (ProviderSource.Session session = new PluginDirectory().open(new ProviderSource.Options(null))) {
            assertThat(session.providers(ListenerProvider.class)).isEmpty();
        }
    }

    // P-30
    @Test
    void refusesADirectoryThatIsNotThere() {
        assertThatThrownBy(() -> new PluginDirectory().open(new ProviderSource.Options(temp.resolve("plugnis"))))
                .isInstanceOfSatisfying(
                        MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.USER_CONFIG))
                .hasMessage("plugins directory '" + temp.resolve("plugnis")
                        + "' does not exist; create it, or name the one that holds the plugins");
    }

    // P-30
    @Test
    void refusesAFileForADirectory() throws IOException {
        Path file = Files.createFile(temp.resolve("a.txt"));

        assertThatThrownBy(() -> new PluginDirectory().open(new ProviderSource.Options(file)))
                .hasMessageContaining("is not a directory");
    }

    // P-30
    @Test
    void loadsOneBundleInPlaceOfADirectory() {
        compile("half-good").jar(plugins.resolve("other.jar"), descriptor("other"));
        Path jar = compile("good").jar(plugins.resolve("good.jar"), descriptor("good"));

        try (ProviderSource.Session session = new PluginDirectory().open(new ProviderSource.Options(jar))) {
            assertThat(only(session).origin()).isEqualTo(jar.toString());
        }
    }

    // P-31
    @Test
    void refusesThePluginThatIsThereTwiceAndNamesBothFiles() {
        PluginFixture good = compile("good");
        good.zip(plugins.resolve("a.zip"), descriptor("good"));
        good.jar(plugins.resolve("b.jar"), descriptor("good"));

        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(
                        MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PLUGIN))
                .hasMessage("plugin 'good' is there twice: " + plugins.resolve("a.zip") + " (version 1.2.3) and "
                        + plugins.resolve("b.jar") + " (version 1.2.3); remove one of them");
    }

    // P-32
    @Test
    void oneBadPluginDoesNotStopTheOthers() throws IOException {
        compile("good").zip(plugins.resolve("m-good.zip"), descriptor("good"));
        Files.writeString(plugins.resolve("a-broken.zip"), "PK, but no zip");
        compile("throwing-initializer").zip(plugins.resolve("z-throwing.zip"), descriptor("throwing"));

        try (ProviderSource.Session session = open()) {
            assertThat(only(session).provider().name()).isEqualTo("good");
            assertThat(session.problems())
                    .satisfiesExactly(
                            problem -> assertThat(problem).startsWith(plugins.resolve("a-broken.zip") + ": is no zip"),
                            problem -> assertThat(problem)
                                    .startsWith(plugins.resolve("z-throwing.zip") + ": ")
                                    .contains("fixture.initializer.ThrowingListener", "not a number"));
        }
    }

    // P-32
    @Test
    void oneBadProviderDoesNotStopTheOthersOfItsPlugin() {
        compile("half-good").zip(plugins.resolve("half.zip"), descriptor("half"));

        try (ProviderSource.Session session = open()) {
            assertThat(only(session).provider().name()).isEqualTo("fine");
            assertThat(session.problems())
                    .satisfiesExactly(
                            problem -> assertThat(problem).contains("BadListener"),
                            problem -> assertThat(problem).contains("fixture.half.NotThere not found"));
        }
    }

    // P-02
    @Test
    void reportsAPrivateConstructor() {
        compile("private-constructor").zip(plugins.resolve("p.zip"), descriptor("private"));

        assertProblem("fixture.constructor.PrivateListener");
    }

    @Test
    void reportsAMissingSuperclass() {
        compile("missing-superclass")
                .without("fixture/superclass/Missing.class")
                .zip(plugins.resolve("m.zip"), descriptor("missing"));

        assertProblem("fixture/superclass/Missing");
    }

    // P-32
    @Test
    void reportsAPluginWithoutAProvider() {
        compile("no-provider").zip(plugins.resolve("n.zip"), descriptor("none"));

        assertProblem("n.zip: provides nothing: it has no file in META-INF/services");
    }

    // P-11
    @Test
    void reportsAnotherSpiVersion() {
        Map<String, String> descriptor = descriptor("good");
        descriptor.put("Spi-Version", "2");
        compile("good").zip(plugins.resolve("g.zip"), descriptor);

        assertProblem("is built for Spi-Version 2, but Millrace " + HostVersion.current()
                + " has Spi-Version 1; take a release of plugin 'good'");
    }

    // P-11
    @Test
    void reportsAMissingSpiVersion() {
        Map<String, String> descriptor = descriptor("good");
        descriptor.remove("Spi-Version");
        compile("good").jar(plugins.resolve("g.jar"), descriptor);

        assertProblem("names no Spi-Version");
    }

    // P-12
    @Test
    void reportsARangeThatThisVersionIsNotIn() {
        Map<String, String> descriptor = descriptor("good");
        descriptor.put("Plugin-Requires", ">=99.0.0");
        compile("good").zip(plugins.resolve("g.zip"), descriptor);

        assertProblem("requires Millrace >=99.0.0, but this is " + HostVersion.current());
    }

    // P-12
    @Test
    void reportsARangeThatIsNone() {
        Map<String, String> descriptor = descriptor("good");
        descriptor.put("Plugin-Requires", "at least 0.1");
        compile("good").zip(plugins.resolve("g.zip"), descriptor);

        assertProblem("'at least 0.1' is no version range; write it like '>=0.1.0 & <0.2.0'");
    }

    // P-05
    @Test
    void reportsAPluginThatDependsOnAnother() {
        Map<String, String> descriptor = descriptor("good");
        descriptor.put("Plugin-Dependencies", "other");
        compile("good").jar(plugins.resolve("g.jar"), descriptor);

        assertProblem("Plugin-Dependencies 'other' is not supported: a plugin is self-contained");
    }

    // P-10
    @Test
    void reportsALibraryThatIsNoPlugin() {
        compile("library-one").jar(plugins.resolve("library.jar"), Map.of());

        assertProblem("library.jar: has no Plugin-Id, so it is no plugin");
    }

    // P-22
    @Test
    void reportsAThinJarAndSaysWhatToTake() {
        PluginFixture.compile(temp.resolve("thin"), "greets", "library-one")
                .without("fixture/library/Greeting.class")
                .withModuleRequiring("fixture.library")
                .jar(plugins.resolve("thin.jar"), descriptor("thin"));

        assertProblem("thin.jar: is a thin jar: it requires fixture.library, which it does not hold;"
                + " put the plugin's -plugin.zip or -plugin.jar here instead");
    }

    // P-40
    @Test
    void twoPluginsMayHoldTwoVersionsOfALibrary() {
        PluginFixture greets = PluginFixture.compile(temp.resolve("greets"), "greets", "library-one")
                .without("fixture/library/Greeting.class");
        greets.zip(plugins.resolve("one.zip"), descriptor("one"), compile("library-one"));
        greets.zip(plugins.resolve("two.zip"), descriptor("two"), compile("library-two"));

        try (ProviderSource.Session session = open()) {
            assertThat(session.providers(ListenerProvider.class))
                    .extracting(found -> found.provider().name())
                    .containsExactly("first", "second");
        }
    }

    // P-04
    @Test
    void aBundledApiIsNotUsed() {
        compile("own-api").zip(plugins.resolve("own.zip"), descriptor("own"));

        try (ProviderSource.Session session = open()) {
            assertThat(only(session).provider().name()).isEqualTo("hosts");
        }
    }

    // P-41
    @Test
    void findsProvidersUnderAHostileContextClassLoader() throws IOException {
        compile("context-loader").zip(plugins.resolve("context.zip"), descriptor("context"));

        try (URLClassLoader hostile = new URLClassLoader(new URL[0], null);
                ThreadContextClassLoader scope = ThreadContextClassLoader.of(hostile);
                ProviderSource.Session session = open()) {
            assertThat(only(session).provider().name()).isEqualTo("context");
            assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(hostile);
        }
    }

    // P-43
    @Test
    void unloadsWhatItLoaded() {
        compile("good").zip(plugins.resolve("good.zip"), descriptor("good"));
        compile("context-loader").jar(plugins.resolve("context.jar"), descriptor("context"));

        List<WeakReference<ClassLoader>> loaders = loadAndClose();

        assertThat(loaders).hasSize(2);
        Awaitility.await().until(() -> {
            System.gc();
            return loaders.stream().allMatch(loader -> loader.refersTo(null));
        });
    }

    private List<WeakReference<ClassLoader>> loadAndClose() {
        ProviderSource.Session session = open();
        List<WeakReference<ClassLoader>> loaders = session.providers(ListenerProvider.class).stream()
                .map(found -> new WeakReference<>(found.loader()))
                .toList();
        session.close();
        session.close();
        return loaders;
    }

    private void assertProblem(String text) {
        try (ProviderSource.Session session = open()) {
            assertThat(session.providers(ListenerProvider.class)).isEmpty();
            assertThat(session.problems()).singleElement().asString().contains(text);
        }
    }

    private ProviderSource.Session open() {
        return new PluginDirectory().open(new ProviderSource.Options(plugins));
    }

    private static Found<ListenerProvider> only(ProviderSource.Session session) {
        List<Found<ListenerProvider>> found = session.providers(ListenerProvider.class);
        assertThat(found).as("%s", session.problems()).hasSize(1);
        return found.get(0);
    }

    private PluginFixture compile(String name) {
        return PluginFixture.compile(temp.resolve(name), name);
    }
}
