// SPDX-License-Identifier: Apache-2.0
package ${package};

import io.millrace.testkit.plugin.PluginPackagingConformance;
import java.nio.file.Path;

class PackagingIT extends PluginPackagingConformance {
    @Override
    protected Path bundle() {
        return Path.of(System.getProperty("plugin.bundle"));
    }
}
