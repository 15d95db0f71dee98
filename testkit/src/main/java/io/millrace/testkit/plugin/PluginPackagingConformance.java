// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.millrace.spi.direct.DirectSourceProvider;
import io.millrace.spi.listener.ListenerProvider;
import io.millrace.spi.plugin.Provider;
import io.millrace.spi.plugin.SpiVersion;
import io.millrace.spi.plugin.ThreadContextClassLoader;
import io.millrace.spi.receiver.ReceiverProvider;
import io.millrace.spi.scheduler.SchedulerProvider;
import io.millrace.spi.sink.SinkProvider;
import io.millrace.spi.state.StateStoreProvider;
import io.millrace.spi.wal.WalStoreProvider;
import io.millrace.testkit.Verdict;
import java.lang.module.ModuleDescriptor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Proves that a plugin's zip or fat jar is what {@code docs/spec/plugin-packaging.md} says, whose clauses the methods are
 * named after. Extend it, say where the bundle is, and run it after the build packaged it (as an {@code IT}, with
 * failsafe); all of it must pass.
 *
 * @since 0.1
 */
@Timeout(120)
public abstract class PluginPackagingConformance {
    private static final List<Class<? extends Provider>> SPIS = List.of(
            DirectSourceProvider.class,
            ListenerProvider.class,
            ReceiverProvider.class,
            SchedulerProvider.class,
            SinkProvider.class,
            StateStoreProvider.class,
            WalStoreProvider.class);

    /** Where the classes of the logging back ends that people use are, and how they make themselves known. */
    private static final List<String> BACK_ENDS =
            List.of("ch.qos.logback.classic.", "org.apache.logging.log4j.core.", "org.apache.log4j.");

    private TestReporter reporter = entries -> {};

    @SuppressWarnings("NullAway.Init") // set before each test
    private BundleFile bundle;

    @SuppressWarnings("NullAway.Init")
    private BundleLoader loader;

    /** Makes a test of a bundle. */
    protected PluginPackagingConformance() {}

    /** The zip or the fat jar. */
    protected abstract Path bundle();

    /** Takes the bundle apart, in an empty directory. */
    @BeforeEach
    public void read(TestReporter given, @TempDir Path work) {
        reporter = given;
        bundle = BundleFile.read(bundle(), work);
        loader = new BundleLoader(bundle.jars());
    }

    /** Closes the bundle's jars. */
    @AfterEach
    public void close() throws Exception {
        loader.close();
    }

    // ---- the plugin ----

    @Test
    public void required_packaging_01_everyProviderIsNamedAndThere() {
        Map<String, List<String>> services = bundle.services();
        Set<String> classes =
                bundle.jars().stream().flatMap(jar -> jar.classes().stream()).collect(Collectors.toSet());
        List<String> named = new ArrayList<>();
        SPIS.forEach(spi -> named.addAll(services.getOrDefault(spi.getName(), List.of())));
        assertThat(named).as("providers that META-INF/services names").isNotEmpty();
        assertThat(named).as("providers that the bundle holds").allMatch(classes::contains);
    }

    @Test
    public void required_packaging_01_moduleAndServicesNameTheSame() {
        for (BundleJar jar : bundle.jars()) {
            ModuleDescriptor module = jar.module();
            if (module != null && holdsProviders(jar)) {
                for (Class<?> spi : SPIS) {
                    List<String> provided = module.provides().stream()
                            .filter(one -> one.service().equals(spi.getName()))
                            .flatMap(one -> one.providers().stream())
                            .toList();
                    assertThat(provided)
                            .as("what module %s provides for %s", module.name(), spi.getName())
                            .containsExactlyInAnyOrderElementsOf(jar.services().getOrDefault(spi.getName(), List.of()));
                }
            }
        }
    }

    @Test
    public void required_packaging_02_providersArePublicAndMadeWithoutAnythingHappening() {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        providers((spi, type) -> {
            assertThat(Modifier.isPublic(type.getModifiers()))
                    .as("%s is public", type.getName())
                    .isTrue();
            assertThat(spi.isAssignableFrom(type))
                    .as("%s is a %s", type.getName(), spi.getName())
                    .isTrue();
            make(type);
        });
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getContextClassLoader() == loader && thread != Thread.currentThread())
                .as("threads that constructors started")
                .isSubsetOf(before);
    }

    @Test
    public void required_packaging_03_namesAreUniquePerSpi() {
        Map<String, String> seen = new TreeMap<>();
        providers((spi, type) -> {
            if (makeable(type)) {
                String name = make(type).name();
                assertThat(name).as("the name of %s", type.getName()).matches("[a-z0-9]+(-[a-z0-9]+)*");
                String other = seen.put(spi.getSimpleName() + " '" + name + "'", type.getName());
                assertThat(other)
                        .as("another %s '%s' beside %s", spi.getSimpleName(), name, type.getName())
                        .isNull();
            }
        });
    }

    @Test
    public void required_packaging_04_neitherTheApiNorLoggingIsInside() {
        for (BundleJar jar : bundle.jars()) {
            assertThat(jar.classes())
                    .as("classes of %s that the host gives", jar.name())
                    .noneMatch(name -> name.startsWith("io.millrace.api."))
                    .noneMatch(name -> name.startsWith("io.millrace.spi."))
                    .noneMatch(name -> name.startsWith("org.slf4j."));
            assertThat(jar.classes())
                    .as("classes of logging back ends in %s", jar.name())
                    .noneMatch(name -> BACK_ENDS.stream().anyMatch(name::startsWith));
            assertThat(jar.services().keySet())
                    .as("what %s tells slf4j", jar.name())
                    .doesNotContain("org.slf4j.spi.SLF4JServiceProvider");
        }
    }

    @Test
    public void required_packaging_05_noOtherPluginIsNeeded() {
        assertThat(bundle.descriptor("plugin.dependencies"))
                .as("other plugins that it depends on")
                .isEmpty();
    }

    @Test
    public void required_packaging_05_whatItsOwnClassesNameIsInside() {
        List<String> missing = new ArrayList<>();
        providers((spi, type) -> {
            String own = type.getPackageName() + ".";
            bundle.jars().stream()
                    .flatMap(jar -> jar.classes().stream())
                    .filter(name -> name.startsWith(own))
                    .forEach(name -> link(name, missing));
        });
        assertThat(missing).as("classes that cannot be linked").isEmpty();
    }

    private void link(String name, List<String> missing) {
        try {
            Class<?> type = Class.forName(name, false, loader);
            int members = type.getDeclaredMethods().length
                    + type.getDeclaredFields().length
                    + type.getDeclaredConstructors().length;
            assertThat(members).isNotNegative(); // asking is what links
        } catch (ClassNotFoundException | LinkageError e) {
            missing.add(name + ": " + e);
        }
    }

    // ---- the descriptor ----

    @Test
    public void required_packaging_10_theDescriptorSaysWhatAHostNeeds() {
        assertThat(bundle.descriptor("plugin.id"))
                .as("%s of %s", bundle.isZip() ? "plugin.id in plugin.properties" : "Plugin-Id", bundle.file())
                .matches("[A-Za-z0-9][A-Za-z0-9._-]*");
        assertThat(bundle.descriptor("plugin.version"))
                .as("the plugin's version")
                .isNotEmpty();
        assertThat(bundle.descriptor("plugin.reloadable"))
                .as("whether it is reloadable")
                .isIn("", "true", "false");
    }

    @Test
    public void required_packaging_11_itIsBuiltForThisSpi() {
        assertThat(bundle.descriptor("spi.version"))
                .as("the SPI's version that it was built against")
                .isEqualTo(Integer.toString(SpiVersion.CURRENT));
    }

    @Test
    public void required_packaging_12_theVersionsThatItRequiresAreARange() {
        String comparison = "[<>=!~^]*\\s*[0-9x*]+(\\.[0-9x*]+){0,2}(-[0-9A-Za-z.-]+)?";
        assertThat(bundle.descriptor("plugin.requires"))
                .as("the versions of Millrace that it requires")
                .matches("|" + comparison + "(\\s*([&|]|\\s-\\s)\\s*" + comparison + ")*");
    }

    // ---- the bundles ----

    @Test
    public void required_packaging_20_aZipHasItsDescriptorAtTheRootAndItsJarsInLib() {
        if (!bundle.isZip()) {
            Verdict.refused(reporter, "the bundle is a jar");
            return;
        }
        assertThat(bundle.names()).contains("plugin.properties");
        assertThat(bundle.jars()).as("jars in lib/, or classes/").isNotEmpty();
        assertThat(bundle.names())
                .as("jars that no host would find")
                .noneMatch(name ->
                        name.endsWith(".jar") && !name.matches("lib/[^/]+\\.jar") && !name.startsWith("classes/"));
    }

    @Test
    public void required_packaging_21_aFatJarIsNoModule() {
        if (bundle.isZip() || !foreignModules().isEmpty()) {
            Verdict.refused(reporter, bundle.isZip() ? "the bundle is a zip" : "the bundle is a thin jar");
            return;
        }
        assertThat(bundle.names()).noneMatch(name -> name.endsWith("module-info.class"));
    }

    @Test
    public void required_packaging_22_aJarHoldsWhatItRequires() {
        if (bundle.isZip()) {
            Verdict.refused(reporter, "the bundle is a zip");
            return;
        }
        assertThat(foreignModules())
                .as("modules that this thin jar requires; a host wants the plugin's -plugin.zip or -plugin.jar")
                .isEmpty();
    }

    private List<String> foreignModules() {
        return bundle.jars().stream()
                .map(BundleJar::module)
                .filter(module -> module != null)
                .flatMap(module -> module.requires().stream())
                .filter(one -> !one.modifiers().contains(ModuleDescriptor.Requires.Modifier.STATIC))
                .map(ModuleDescriptor.Requires::name)
                .filter(name -> !name.startsWith("java.") && !name.startsWith("jdk."))
                .filter(name -> !name.equals("io.millrace.api") && !name.equals("org.slf4j"))
                .toList();
    }

    @Test
    public void required_packaging_23_noEntryPointsOutside() {
        assertThat(bundle.names())
                .as("entries")
                .hasSizeLessThanOrEqualTo(20_000)
                .noneMatch(name -> name.startsWith("/") || name.contains("\\") || name.contains(":"))
                .noneMatch(name -> List.of(name.split("/")).contains(".."));
    }

    @Test
    public void optional_packaging_24_noClassIsThereTwice() {
        Map<String, String> seen = new LinkedHashMap<>();
        List<String> twice = new ArrayList<>();
        for (BundleJar jar : bundle.jars()) {
            for (String name : jar.classes()) {
                String other = seen.put(name, jar.name());
                if (other != null) {
                    twice.add(name + " in " + other + " and " + jar.name());
                }
            }
        }
        assertThat(twice).as("classes of which the order of jars decides").isEmpty();
    }

    // ---- what the clauses share ----

    private interface Visit {
        void provider(Class<? extends Provider> spi, Class<?> type);
    }

    /** Those that can be loaded; that all can is P-01's and P-05's matter. */
    private void providers(Visit visit) {
        Map<String, List<String>> services = bundle.services();
        for (Class<? extends Provider> spi : SPIS) {
            for (String name : services.getOrDefault(spi.getName(), List.of())) {
                Class<?> type = loadable(name);
                if (type != null) {
                    visit.provider(spi, type);
                }
            }
        }
    }

    private @Nullable Class<?> loadable(String name) {
        try {
            return Class.forName(name, false, loader);
        } catch (ClassNotFoundException | LinkageError e) {
            return null;
        }
    }

    private static boolean holdsProviders(BundleJar jar) {
        return SPIS.stream().anyMatch(spi -> jar.services().containsKey(spi.getName()));
    }

    private static boolean makeable(Class<?> type) {
        try {
            return Modifier.isPublic(type.getModifiers())
                    && Modifier.isPublic(type.getConstructor().getModifiers());
        } catch (NoSuchMethodException e) {
            return false;
        }
    }

    private Provider make(Class<?> type) {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            return (Provider) type.getConstructor().newInstance();
        } catch (NoSuchMethodException e) {
            return fail("%s has no public constructor without parameters", type.getName());
        } catch (InvocationTargetException e) {
            return fail("the constructor of " + type.getName() + " threw " + e.getCause(), e);
        } catch (ReflectiveOperationException e) {
            return fail(type.getName() + " cannot be made: " + e, e);
        }
    }
}
