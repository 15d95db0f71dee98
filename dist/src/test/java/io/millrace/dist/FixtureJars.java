// SPDX-License-Identifier: Apache-2.0
package io.millrace.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The fixture plugin in every form, and a program, ready to be put into a {@link Cell}. */
final class FixtureJars {
    private final Path work;
    private final Path library;
    private final Path thin;
    private final Path zip;
    private final Path fat;
    private final Path program;
    private final String module;

    /** Compiles them; {@code program} is a fixture that is the module {@code module}. */
    FixtureJars(Path work, String program, String module) {
        this.work = work;
        this.module = module;
        Path api = Packaged.jar("millrace-api");
        Path annotations = Packaged.jar("jspecify");
        Fixture libraryFixture = Fixture.compile(Fixture.LIBRARY, work, List.of());
        library = libraryFixture.thinJar(work.resolve("fixture-library.jar"));
        Fixture counting = Fixture.compile(Fixture.COUNTING, work, List.of(api, annotations, library));
        thin = counting.thinJar(work.resolve("counting-1.0.0.jar"));
        zip = Fixture.zip(work.resolve("counting.zip"), Map.of(), thin, library);
        fat = counting.fatJar(work.resolve("counting-all.jar"), libraryFixture);
        this.program =
                Fixture.compile(program, work, List.of(api, annotations)).thinJar(work.resolve(program + ".jar"));
    }

    Path thin() {
        return thin;
    }

    Path zip() {
        return zip;
    }

    Path library() {
        return library;
    }

    /** The file that a plugin found in the cell comes from. */
    Path origin(Cell cell) {
        return switch (cell.delivery()) {
            case DEPENDENCY, BESIDE -> thin;
            case ZIP -> zip;
            case FAT_JAR -> fat;
        };
    }

    /** Makes a plugins directory that holds copies of these files. */
    Path pluginsDirectory(Path... files) {
        try {
            Path directory = Files.createTempDirectory(work, "plugins");
            for (Path file : files) {
                Files.copy(file, directory.resolve(file.getFileName().toString()));
            }
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs the program's main class in the cell, with the fixture plugin. */
    ForkedJvm.Outcome run(Cell cell, String main, String... arguments) {
        return cell.dropIn()
                ? run(cell, List.of(), pluginsDirectory(origin(cell)), main, arguments)
                : run(cell, List.of(thin, library), null, main, arguments);
    }

    /**
     * Runs the program's main class in the cell. Its first argument is the plugins directory or {@code -}; {@code hostile}
     * follows if the cell is.
     *
     * @param dependencies jars of plugins that are no drop-ins
     */
    ForkedJvm.Outcome run(
            Cell cell, List<Path> dependencies, @Nullable Path plugins, String main, String... arguments) {
        List<Path> host = new ArrayList<>(Packaged.jars());
        host.add(program);
        boolean beside = cell.delivery() == Cell.Delivery.BESIDE;
        if (!beside) {
            host.addAll(dependencies);
        }
        ForkedJvm jvm = new ForkedJvm().property("millrace.plugins.work-directory", work.resolve("expanded"));
        if (cell.modules()) {
            jvm.modulePath(host);
            if (beside) {
                jvm.classPath(dependencies);
            }
        } else {
            jvm.classPath(host);
        }
        List<String> all = new ArrayList<>();
        all.add(plugins == null ? "-" : plugins.toString());
        if (cell.hostile()) {
            all.add("hostile");
        }
        all.addAll(List.of(arguments));
        return jvm.run(
                work, cell.modules() ? List.of("-m", module + "/" + main) : List.of(main), all.toArray(String[]::new));
    }
}
