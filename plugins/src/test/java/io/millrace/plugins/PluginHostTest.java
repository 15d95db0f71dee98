// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugins;

import static io.millrace.plugins.PluginFixture.descriptor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pf4j.PluginManager;

class PluginHostTest {
    @TempDir
    private Path temp;

    @Test
    void pf4jIsTheModuleThatWeRequire() {
        assertThat(PluginManager.class.getModule().getName())
                .as("pf4j 3.16 is org.pf4j: change module-info.java with the version")
                .isEqualTo("pf4j");
    }

    @Test
    void stopsEveryOneOfSeveralPlugins() throws Exception {
        try (PluginHost host = new PluginHost(temp, "0.1.0")) {
            ClassLoader one = host.load(bundle("one"));
            ClassLoader two = host.load(bundle("two"));
            ClassLoader three = host.load(bundle("three"));

            host.close();

            for (ClassLoader loader : List.of(one, two, three)) {
                assertThat(((URLClassLoader) loader).findResource("fixture/good/GoodListener.class"))
                        .isNull();
            }
        }
    }

    @Test
    void unloadsOne() throws Exception {
        try (PluginHost host = new PluginHost(temp, "0.1.0")) {
            Bundle bundle = bundle("one");
            ClassLoader first = host.load(bundle);
            host.unload(bundle);

            assertThatThrownBy(() -> first.loadClass("fixture.good.GoodListener"))
                    .isInstanceOf(ClassNotFoundException.class);
            assertThat(host.load(bundle).loadClass("fixture.good.GoodListener")).isNotNull();
        }
    }

    @Test
    void readsVersionRanges() {
        assertThat(PluginHost.satisfies("0.1.0", ">=0.1.0 & <0.2.0")).isTrue();
        assertThat(PluginHost.satisfies("0.2.0", ">=0.1.0 & <0.2.0")).isFalse();
        assertThat(PluginHost.satisfies("0.1.3", "~0.1.0")).isTrue();
        assertThat(PluginHost.satisfies("0.1.1", "0.1.0")).isFalse();
    }

    @Test
    void theHostsVersionHasNoQualifier() {
        assertThat(HostVersion.current()).matches("\\d+\\.\\d+\\.\\d+");
    }

    private Bundle bundle(String id) {
        Path jar = PluginFixture.compile(temp.resolve(id), "good").jar(temp.resolve(id + ".jar"), descriptor(id));
        return new Bundle(jar, new Descriptor(id, "1.2.3", "", "1", true), List.of(jar));
    }
}
