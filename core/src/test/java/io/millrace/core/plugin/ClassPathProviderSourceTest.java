// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spi.listener.ListenerProvider;
import io.millrace.spi.plugin.ProviderSource;
import io.millrace.spi.plugin.ThreadContextClassLoader;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassPathProviderSourceTest {
    private static final ProviderSource.Options NO_PLUGINS = new ProviderSource.Options(null);

    private static final String WEB = WebListenerProvider.class.getName();

    @TempDir
    private Path temp;

    @Test
    void looksAlsoThroughTheProgramsClassLoader() throws IOException {
        try (URLClassLoader program = programWith(WEB);
                ThreadContextClassLoader scope = ThreadContextClassLoader.of(program);
                ProviderSource.Session session = new ClassPathProviderSource().open(NO_PLUGINS)) {
            assertThat(session.providers(ListenerProvider.class))
                    .singleElement()
                    .satisfies(found -> {
                        assertThat(found.provider().name()).isEqualTo("web");
                        assertThat(found.loader()).isSameAs(program);
                        assertThat(Path.of(found.origin())).hasParent(temp);
                    });
            assertThat(session.problems()).isEmpty();
        }
    }

    @Test
    void oneBadProviderDoesNotStopTheOthers() throws IOException {
        try (URLClassLoader program = programWith("gone.Provider", "not a name", WEB);
                ThreadContextClassLoader scope = ThreadContextClassLoader.of(program);
                ProviderSource.Session session = new ClassPathProviderSource().open(NO_PLUGINS)) {
            assertThat(session.problems()).isNotEmpty();
        }
        try (URLClassLoader program = programWith("gone.Provider", WEB);
                ThreadContextClassLoader scope = ThreadContextClassLoader.of(program);
                ProviderSource.Session session = new ClassPathProviderSource().open(NO_PLUGINS)) {
            assertThat(session.providers(ListenerProvider.class)).hasSize(1);
            assertThat(session.problems()).singleElement().asString().contains("gone.Provider not found");
        }
    }

    @Test
    void findsNothingThroughALoaderThatSeesNothing() {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(ClassLoader.getPlatformClassLoader());
                ProviderSource.Session session = new ClassPathProviderSource().open(NO_PLUGINS)) {
            assertThat(session.providers(ListenerProvider.class)).isEmpty();
            assertThat(session.problems()).isEmpty();
        }
    }

    /** A program in a child of the engine's class loader, which names its own providers and holds one of them. */
    private URLClassLoader programWith(String... providers) throws IOException {
        Path root = Files.createTempDirectory(temp, "program");
        Path services = Files.createDirectories(root.resolve("META-INF/services"));
        Files.writeString(services.resolve(ListenerProvider.class.getName()), String.join("\n", providers));
        String file = WEB.replace('.', '/') + ".class";
        Files.createDirectories(root.resolve(file).getParent());
        try (InputStream own = getClass().getResourceAsStream("/" + file)) {
            Files.copy(own, root.resolve(file));
        }
        return new URLClassLoader(new URL[] {root.toUri().toURL()}, new EngineLoader());
    }

    /** The engine's class loader, without the provider that the program holds. */
    private static final class EngineLoader extends ClassLoader {
        EngineLoader() {
            super(ClassPathProviderSource.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.equals(WEB)) {
                throw new ClassNotFoundException(name);
            }
            return super.loadClass(name, resolve);
        }
    }
}
