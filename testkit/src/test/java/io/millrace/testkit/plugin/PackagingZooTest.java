// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.plugin;

import static io.millrace.testkit.plugin.TestBundle.LISTENERS;
import static io.millrace.testkit.plugin.TestBundle.provider;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks bundles that break one clause each: the kit must say so, by the clause and by no other. */
class PackagingZooTest {
    @TempDir
    private Path work;

    private TestBundle bundle() throws Exception {
        return new TestBundle(Files.createTempDirectory(work, "bundle"));
    }

    @Test
    void goodBundlesPass() throws Exception {
        assertThat(failing(bundle().zip())).isEmpty();
        assertThat(failing(bundle().fatJar())).isEmpty();
    }

    @Test
    void aProviderThatIsNotThereOrNotNamed() throws Exception {
        TestBundle absent = bundle();
        absent.jar.put(LISTENERS, "fixture.Good\nfixture.Absent\n".getBytes(UTF_8));
        assertThat(failing(absent.zip())).containsExactly("01");
        TestBundle unnamed = bundle();
        unnamed.jar.remove(LISTENERS);
        assertThat(failing(unnamed.zip())).containsExactly("01");
    }

    @Test
    void aModuleThatProvidesSomethingElse() throws Exception {
        TestBundle silent = bundle().module(TestBundle.SILENT_MODULE);
        assertThat(failing(silent.zip())).containsExactly("01");
    }

    @Test
    void aProviderThatNobodyCanMakeOrThatDoesThings() throws Exception {
        assertThat(failing(bundle().compile(provider("Good", "", "public Good() {}"))
                        .zip()))
                .containsExactly("02");
        assertThat(failing(bundle().compile(provider("Good", "public", "private Good() {}"))
                        .zip()))
                .containsExactly("02");
        String busy = """
            public Good() {
                Thread thread = new Thread(() -> {
                    synchronized (this) { try { wait(20_000); } catch (InterruptedException e) { return; } }
                });
                thread.setDaemon(true);
                thread.start();
            }
            """;
        assertThat(failing(bundle().compile(provider("Good", "public", busy)).zip()))
                .containsExactly("02");
    }

    @Test
    void twoProvidersOfOneName() throws Exception {
        TestBundle twice = bundle().compile(provider("Other", "public", ""));
        twice.jar.put(LISTENERS, "fixture.Good\nfixture.Other\n".getBytes(UTF_8));
        assertThat(failing(twice.zip())).containsExactly("03");
    }

    @Test
    void whatTheHostGives() throws Exception {
        for (String name : new String[] {
            "io/millrace/api/X.class",
            "org/slf4j/Logger.class",
            "ch/qos/logback/classic/Logger.class",
            "META-INF/services/org.slf4j.spi.SLF4JServiceProvider"
        }) {
            TestBundle holds = bundle();
            holds.jar.put(name, new byte[0]);
            assertThat(failing(holds.zip())).as(name).containsExactly("04");
        }
    }

    @Test
    void aPluginThatNeedsAnother() throws Exception {
        TestBundle needy = bundle();
        needy.descriptor.put("plugin.dependencies", "other@1.0");
        assertThat(failing(needy.zip())).containsExactly("05");
    }

    @Test
    void aPluginWithoutItsLibrary() throws Exception {
        TestBundle lacking = bundle().compile(
                        "package fixture; public class Uses { public library.Library library; }",
                        "package library; public class Library { }");
        lacking.jar.remove("library/Library.class");
        assertThat(failing(lacking.zip())).containsExactly("05");
    }

    @Test
    void aDescriptorThatSaysTooLittle() throws Exception {
        for (String[] change : new String[][] {
            {"10", "plugin.id", ""}, {"10", "plugin.id", "a b"}, {"10", "plugin.version", ""},
            {"10", "plugin.reloadable", "perhaps"}, {"11", "spi.version", "0"}, {"11", "spi.version", ""},
            {"12", "plugin.requires", "bananas"}, {"12", "plugin.requires", ">=0.1.0 &"}
        }) {
            TestBundle changed = bundle();
            changed.descriptor.put(change[1], change[2]);
            assertThat(failing(changed.zip())).as(change[1] + "=" + change[2]).containsExactly(change[0]);
        }
        for (String range : new String[] {"", "0.1.0", "~0.1", ">=0.1.0 & <0.2.0", "1.x", ">1.0.0 | 0.1.0"}) {
            TestBundle changed = bundle();
            changed.descriptor.put("plugin.requires", range);
            assertThat(failing(changed.fatJar())).as(range).isEmpty();
        }
    }

    @Test
    void aZipWithJarsInTheWrongPlace() throws Exception {
        TestBundle misplaced = bundle();
        misplaced.more.put("other.jar", TestBundle.pack(Map.of()));
        assertThat(failing(misplaced.zip())).containsExactly("20");
    }

    @Test
    void jarsThatAreModules() throws Exception {
        TestBundle module = bundle().module(TestBundle.MODULE);
        assertThat(failing(module.fatJar())).containsExactly("21");
        assertThat(failing(module.zip())).isEmpty();
    }

    @Test
    void aThinJar() throws Exception {
        TestBundle thin = bundle().module(TestBundle.THIN_MODULE);
        assertThat(failing(thin.fatJar())).containsExactly("22");
    }

    @Test
    void entriesThatPointOutside() throws Exception {
        for (String name : new String[] {"../outside", "/absolute", "a\\b", "c:d"}) {
            TestBundle escaping = bundle();
            escaping.more.put(name, new byte[0]);
            assertThat(failing(escaping.zip())).as(name).containsExactly("23");
        }
    }

    @Test
    void aClassThatIsThereTwice() throws Exception {
        TestBundle twice = bundle();
        twice.more.put(
                "lib/copy.jar", TestBundle.pack(Map.of("fixture/Good.class", twice.jar.get("fixture/Good.class"))));
        assertThat(failing(twice.zip())).containsExactly("24");
    }

    /** The numbers of the clauses that fail. */
    private Set<String> failing(Path file) throws Exception {
        Set<String> failing = new TreeSet<>();
        for (Method method : PluginPackagingConformance.class.getMethods()) {
            if (!method.isAnnotationPresent(Test.class)) {
                continue;
            }
            PluginPackagingConformance kit = new PluginPackagingConformance() {
                @Override
                protected Path bundle() {
                    return file;
                }
            };
            kit.read(entries -> {}, Files.createTempDirectory(work, "kit"));
            try {
                method.invoke(kit);
            } catch (InvocationTargetException e) {
                assertThat(e.getCause()).isInstanceOf(AssertionError.class);
                failing.add(method.getName().replaceFirst("[a-z]+_packaging_(\\d\\d)_.*", "$1"));
            } finally {
                kit.close();
            }
        }
        return failing;
    }
}
