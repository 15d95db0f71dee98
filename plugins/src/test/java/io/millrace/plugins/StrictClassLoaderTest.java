// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugins;

import static io.millrace.plugins.PluginFixture.descriptor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.Batch;
import io.millrace.spi.plugin.Provider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pf4j.PluginManager;
import org.slf4j.Logger;

class StrictClassLoaderTest {
    @TempDir
    private Path temp;

    private StrictClassLoader loader;

    @BeforeEach
    void loadAPlugin() {
        Path jar =
                PluginFixture.compile(temp.resolve("good"), "good").jar(temp.resolve("good.jar"), descriptor("good"));
        Descriptor descriptor = new Descriptor("good", "1", "", "1", true);
        loader = new StrictClassLoader(new Bundle(jar, descriptor, List.of(jar)));
    }

    @AfterEach
    void close() throws IOException {
        loader.close();
    }

    // P-40
    @Test
    void givesTheHostsApiAndLogging() throws Exception {
        assertThat(loader.loadClass(Provider.class.getName())).isSameAs(Provider.class);
        assertThat(loader.loadClass(Batch.class.getName())).isSameAs(Batch.class);
        assertThat(loader.loadClass(Logger.class.getName())).isSameAs(Logger.class);
    }

    // P-40
    @Test
    void givesTheJdkWhicheverLoaderItsModuleHas() throws Exception {
        assertThat(loader.loadClass("java.sql.Driver").getModule().getName()).isEqualTo("java.sql");
        assertThat(loader.loadClass("com.sun.net.httpserver.HttpServer")
                        .getModule()
                        .getName())
                .isEqualTo("jdk.httpserver");
        assertThat(loader.loadClass("com.sun.source.tree.Tree").getModule().getName())
                .as("jdk.compiler is defined to the application loader")
                .isEqualTo("jdk.compiler");
    }

    // P-40
    @Test
    void givesThePluginsOwn() throws Exception {
        Class<?> own = loader.loadClass("fixture.good.GoodListener");

        assertThat(own.getClassLoader()).isSameAs(loader);
        assertThat(loader.getName()).isEqualTo("plugin-good");
        assertThat(loader.getResource("fixture/good/GoodListener.class")).isNotNull();
    }

    // P-40
    @Test
    void givesNothingElseOfTheHost() throws IOException {
        assertHidden(PluginManager.class);
        assertHidden(PluginDirectory.class);
        assertHidden(Test.class);
    }

    private void assertHidden(Class<?> type) throws IOException {
        String resource = type.getName().replace('.', '/') + ".class";
        assertThatThrownBy(() -> loader.loadClass(type.getName())).isInstanceOf(ClassNotFoundException.class);
        assertThat(loader.getResource(resource)).isNull();
        assertThat(Collections.list(loader.getResources(resource))).isEmpty();
    }

    // P-13
    @Test
    void keepsItsJarsOpenForAPluginThatIsNotReloadable() throws Exception {
        Path jar = temp.resolve("good.jar");
        Descriptor descriptor = new Descriptor("good", "1", "", "1", false);
        StrictClassLoader stays = new StrictClassLoader(new Bundle(jar, descriptor, List.of(jar)));

        stays.close();
        loader.close();

        assertThat(stays.loadClass("fixture.good.GoodListener")).isNotNull();
        assertThatThrownBy(() -> loader.loadClass("fixture.good.GoodListener"))
                .isInstanceOf(ClassNotFoundException.class);
    }
}
