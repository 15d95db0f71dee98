// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.tck;

import io.millrace.testkit.plugin.PluginPackagingConformance;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtendWith;

/** The suite of a plugin's files. */
@ExtendWith(SubjectResolver.class)
class PackagingTck extends PluginPackagingConformance {
    private final Path file;

    PackagingTck(Packaged packaged) {
        this.file = packaged.file();
    }

    @Override
    protected Path bundle() {
        return file;
    }

    /** The bundle that is tested. */
    record Packaged(Path file) {}
}
