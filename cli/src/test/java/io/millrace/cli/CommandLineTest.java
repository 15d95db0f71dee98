// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a person sees on the command line: help, one line per mistake, exit codes. */
class CommandLineTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    private int run(String... arguments) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    @Test
    void helpNamesTheCommandsAndNotTheHiddenOne() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("demo", "plugins", "Exit codes").doesNotContain("demo-engine");
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "tck"})
    void helpFitsAnOrdinaryTerminal(String command) {
        assertThat(run(command, "--help")).isZero();
        assertThat(out.toString().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    @Test
    void versionComesFromTheBuild() {
        assertThat(run("--version")).isZero();
        assertThat(out.toString()).startsWith("millrace ").doesNotContain("${").contains("Java ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "demo --secons 3               | --seconds",
                "demo --seconds 0              | option --seconds = '0' is not usable: give at least 1",
                "demo --seconds many           | 'many' is not an int",
                "demo --rate 0                 | option --rate = '0' is not usable",
                "demo --seconds 2000000 --rate 2000 | fewer seconds",
                "demo --batch-interval 200     | '200' is not usable: give a duration with a unit",
                "demo --receiver kafka-relable | option --receiver = 'kafka-relable' is not usable",
                "plugins                       | no command given",
                "plugins list --plugins /none  | plugins directory '/none' does not exist",
                "checkpoint                    | no command given",
                "checkpoint show --plugins . /none | there is no checkpoint at 'file:///none",
                "checkpoint export --plugins . /none /none/file | there is no checkpoint at 'file:///none",
                "checkpoint show --plugins . --set encryption.key-file=/no/key /none | the key file '/no/key' is not there",
                "checkpoint verify --plugins . --set encryption.keyfile=x /none | did you mean 'encryption.key-file'",
                "positions                     | no command given",
                "positions set --plugins . /none p=1 | Missing required option: '--input",
                "positions set --plugins . /none --input lines p=x | 'x' is not a long",
                "positions set --plugins . /none --input files x | 'x' is not PARTITION=NEXT",
                "positions set --plugins . /none --input files a=b.csv#2:1:2:3#8#0=-7 | position a=b.csv#2:1:2:3#8#0=-7 is not usable",
                "dead-letters                  | no command given",
                "dead-letters list /none       | there is no '/none'",
                "tck /none.zip                 | plugin '/none.zip' does not exist: give the plugin's zip",
                "tck pom.xml                   | plugin 'pom.xml' is neither a .zip nor a .jar",
                "tck --provider fil            | unknown provider 'fil', did you mean 'file'?",
                "tck --provider file --set segmnt.size=1MiB | unknown setting 'segmnt.size', did you mean 'segment.size'?",
                "tck --provider file --location s3://a/b | location 's3://a/b' is not one of log store 'file'",
                "tck --set a=b                 | there are several providers they could be for",
                "tck --suites wall             | there is no such suite, did you mean 'wal'?",
                "tck --config /none            | the settings in '/none' are not usable",
                "dmo                           | did you mean",
            })
    void aMistakeIsOneLineThatSaysWhatToDo(String line, String message) {
        assertThat(run(line.trim().split(" +"))).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).startsWith("millrace: ").contains(message.trim());
        assertThat(err.toString().lines()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "positions set --plugins . --input lines PLACE p=1",
                "positions show --plugins . PLACE",
                "checkpoint forget --plugins . PLACE totals",
                "checkpoint show --plugins . PLACE",
                "checkpoint verify --plugins . PLACE",
                "checkpoint export --plugins . PLACE PLACE/savepoint",
                "checkpoint import --plugins . PLACE PLACE/savepoint",
                "checkpoint import --plugins . PLACE pom.xml",
            })
    void aCommandThatIsRefusedMakesNoCheckpoint(String line) {
        Path place = directory.resolve("none");
        assertThat(run(line.replace("PLACE", place.toString()).split(" "))).isPositive();
        assertThat(err.toString()).startsWith("millrace: ");
        assertThat(place).doesNotExist();
    }

    @Test
    void whatIsQuotedCannotPassForAnotherLineNorReachTheTerminal() {
        assertThat(run("dead-letters", "list", "/none\u001b[2J\nmillrace: all is well\u009b1A"))
                .isEqualTo(2);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .contains("/none\\u001b[2J millrace: all is well\\u009b1A");
    }

    @Test
    void debugShowsWhereAMistakeWasFound() {
        assertThat(run("plugins", "list", "--plugins", "/none", "--debug")).isEqualTo(2);
        assertThat(err.toString()).contains("\tat ", "Providers.in(");
    }

    @Test
    void anEmptyPluginsDirectoryIsNoError() {
        assertThat(run("plugins", "list", "--plugins", directory.toString())).isZero();
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void aPluginThatCannotBeLoadedIsNamed() throws Exception {
        Files.writeString(directory.resolve("broken.zip"), "not a zip");
        assertThat(run("plugins", "list", "--plugins", directory.toString())).isEqualTo(4);
        assertThat(err.toString()).contains("broken.zip");
    }

    @Test
    void theDemoNeedsThePluginOfItsReceiver() throws Exception {
        Path plugins = Files.createDirectory(directory.resolve("plugins"));
        Path runs = directory.resolve("runs");
        assertThat(run("demo", "--plugins", plugins.toString(), "--dir", runs.toString(), "--bootstrap-servers", "a:1"))
                .isEqualTo(4);
        assertThat(err.toString())
                .contains("no plugin in " + plugins + " provides receiver 'kafka-reliable'", "millrace plugins list");
        assertThat(runs).isEmptyDirectory();
    }
}
