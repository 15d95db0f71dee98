// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.output;

import io.millrace.testkit.sink.SinkCrashes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

class TextFilesCrashIT extends SinkCrashes {
    @TempDir
    private Path target;

    @Override
    protected Class<?> program() {
        return TextFilesMain.class;
    }

    @Override
    protected List<String> arguments() {
        return List.of(target.resolve("out/numbers").toString());
    }

    @Override
    protected List<Integer> visible() throws IOException {
        return WrittenNumbers.in(target.resolve("out"));
    }

    @Override
    protected boolean fences() {
        return false;
    }
}
