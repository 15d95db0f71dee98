// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.output;

import io.millrace.api.sink.SinkTarget;
import io.millrace.testkit.sink.CountingProgram;
import io.millrace.testkit.sink.SinkSteps;
import io.millrace.testkit.sink.SteppedSinks;
import java.nio.file.Path;
import java.util.Map;

/** Counts into directories of text: checkpoint, count, prefix. */
final class TextFilesMain {
    private TextFilesMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        SinkSteps steps = SinkSteps.ofThisProcess();
        CountingProgram.run(
                Path.of(arguments[0]),
                Integer.parseInt(arguments[1]),
                new SinkTarget<>(
                        TextFilesProvider.NAME,
                        Map.of("prefix", arguments[2]),
                        new SteppedSinks(new TextFilesProvider(steps), steps)));
    }
}
