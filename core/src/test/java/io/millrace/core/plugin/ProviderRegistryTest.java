// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.listener.StreamingListener;
import io.millrace.spi.listener.ListenerProvider;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.plugin.Provider;
import io.millrace.spi.plugin.ProviderSource;
import io.millrace.spi.plugin.ProviderSource.Found;
import io.millrace.spi.receiver.ReceiverProvider;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProviderRegistryTest {
    private static final ProviderSource.Options NOWHERE = new ProviderSource.Options(null);

    private final List<String> closed = new ArrayList<>();

    @Test
    void findsByKindAndName() {
        try (ProviderRegistry registry = open(new Source("a", List.of(new Web()), List.of()))) {
            Found<ListenerProvider> found = registry.find(ListenerProvider.class, "web");

            assertThat(found.provider()).isInstanceOf(Web.class);
            assertThat(registry.all(ListenerProvider.class)).containsOnly(Map.entry("web", found));
            assertThat(registry.all(ReceiverProvider.class)).isEmpty();
        }
    }

    @Test
    void suggestsTheNearestName() {
        try (ProviderRegistry registry = open(new Source("a", List.of(new Web()), List.of()))) {
            assertThatThrownBy(() -> registry.find(ListenerProvider.class, "wep"))
                    .isInstanceOfSatisfying(
                            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.USER_CONFIG))
                    .hasMessage("unknown listener 'wep', did you mean 'web'?"
                            + " (looked in: class path and module path, no plugins directory given)");
        }
    }

    @Test
    void saysWhatIsThereAndWhatCouldNotBeLoaded() {
        try (ProviderRegistry registry = open(new Source("a", List.of(new Web()), List.of("x.zip: is no zip file")))) {
            assertThatThrownBy(() -> registry.find(ListenerProvider.class, "prometheus"))
                    .isInstanceOfSatisfying(
                            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PLUGIN))
                    .hasMessageContaining("there are web")
                    .hasMessageContaining("not loaded: x.zip: is no zip file");
        }
    }

    @Test
    void suggestsANameOfAnotherKind() {
        try (ProviderRegistry registry = open(new Source("a", List.of(new Web()), List.of()))) {
            assertThatThrownBy(() -> registry.find(ReceiverProvider.class, "web"))
                    .hasMessageContaining("unknown receiver 'web', did you mean the listener 'web'?");
        }
    }

    @Test
    void saysHowToAddAPluginWhereThereIsNone() {
        try (ProviderRegistry registry = open()) {
            assertThatThrownBy(() -> registry.find(ReceiverProvider.class, "kafka-reliable"))
                    .hasMessage("unknown receiver 'kafka-reliable': there is no receiver at all (looked in: class path"
                            + " and module path, no plugins directory given); add the plugin as a dependency, or put"
                            + " its zip into the plugins directory");
        }
    }

    // P-03
    @Test
    void refusesTwoProvidersOfOneNameAndNamesBoth() {
        Source one = new Source("one.jar", List.of(new Web()), List.of());
        Source two = new Source("plugins/two.zip", List.of(new OtherWeb()), List.of());

        assertThatThrownBy(() -> open(one, two))
                .isInstanceOfSatisfying(
                        MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PLUGIN))
                .hasMessageContaining("listener 'web' is there twice")
                .hasMessageContaining(Web.class.getName() + " in one.jar")
                .hasMessageContaining(OtherWeb.class.getName() + " in plugins/two.zip");
        assertThat(closed).containsExactly("plugins/two.zip", "one.jar");
    }

    @Test
    void takesTheSameClassFromTwoSourcesForOneProvider() {
        Source one = new Source("one", List.of(new Web()), List.of());
        Source two = new Source("two", List.of(new Web()), List.of());

        try (ProviderRegistry registry = open(one, two)) {
            assertThat(registry.all(ListenerProvider.class)).hasSize(1);
        }
    }

    @Test
    void leavesOutAProviderThatCannotSayItsName() {
        Source source = new Source("bad.jar", List.of(new Nameless(), new Web()), List.of());

        try (ProviderRegistry registry = open(source)) {
            assertThat(registry.all(ListenerProvider.class)).hasSize(1);
            assertThat(registry.problems()).singleElement().asString().contains("bad.jar", "cannot say its name");
        }
    }

    @Test
    void refusesAPluginsDirectoryThatNothingReads() {
        ProviderSource.Options options = new ProviderSource.Options(Path.of("plugins"));

        assertThatThrownBy(() -> ProviderRegistry.open(options, List.of(new ClassPathProviderSource())))
                .hasMessageContaining("add the artifact io.millrace:millrace-plugins");
    }

    @Test
    void findsItsOwnSourceByServiceLoader() {
        ProviderRegistry.open(List.of(), NOWHERE).close();
    }

    @Test
    void closesEverySourceEvenIfOneFails() {
        Source one = new Source("one", List.of(), List.of());
        ProviderRegistry registry =
                open(one, new Source("two", List.of(), List.of()), new Source("fails", List.of(), List.of()));

        assertThatThrownBy(registry::close).hasSuppressedException(new IllegalStateException("fails"));
        assertThat(closed).containsExactly("fails", "two", "one");
    }

    private static ProviderRegistry open(ProviderSource... sources) {
        return ProviderRegistry.open(NOWHERE, List.of(sources));
    }

    private class Source implements ProviderSource, ProviderSource.Session {
        private final String origin;
        private final List<Provider> providers;
        private final List<String> problems;

        Source(String origin, List<Provider> providers, List<String> problems) {
            this.origin = origin;
            this.providers = providers;
            this.problems = problems;
        }

        @Override
        public Session open(Options options) {
            return this;
        }

        @Override
        public <P extends Provider> List<Found<P>> providers(Class<P> kind) {
            return providers.stream()
                    .filter(kind::isInstance)
                    .map(one -> new Found<>(kind.cast(one), getClass().getClassLoader(), origin))
                    .toList();
        }

        @Override
        public List<String> problems() {
            return problems;
        }

        @Override
        public void close() {
            closed.add(origin);
            if (origin.equals("fails")) {
                throw new IllegalStateException(origin);
            }
        }
    }

    private static class Web implements ListenerProvider {
        @Override
        public String name() {
            return "web";
        }

        @Override
        public ConfigSpec config() {
            return ConfigSpec.of();
        }

        @Override
        public StreamingListener create(PluginContext context) {
            return new StreamingListener() {};
        }
    }

    private static final class OtherWeb extends Web {}

    private static final class Nameless extends Web {
        @Override
        public String name() {
            throw new IllegalStateException("no name");
        }
    }
}
