// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.tck;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.cli.bench.BuiltInBenches;
import io.millrace.testkit.bench.TestBench;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** The benches there are: those that the user brought, in a class loader of their own, before the built-in ones. */
final class BenchCatalog implements AutoCloseable {
    private final @Nullable URLClassLoader loader;
    private final List<TestBench> benches;

    private BenchCatalog(@Nullable URLClassLoader loader, List<TestBench> benches) {
        this.loader = loader;
        this.benches = benches;
    }

    /**
     * Finds the benches.
     *
     * @param paths jars and directories of classes
     */
    static BenchCatalog open(List<Path> paths) {
        List<TestBench> benches = new ArrayList<>();
        URLClassLoader loader = null;
        if (!paths.isEmpty()) {
            loader = new URLClassLoader("benches", urls(paths).toArray(URL[]::new), TestBench.class.getClassLoader());
            benches.addAll(load(loader, paths));
        }
        benches.addAll(BuiltInBenches.all());
        return new BenchCatalog(loader, benches);
    }

    private static List<URL> urls(List<Path> paths) {
        List<URL> urls = new ArrayList<>();
        for (Path path : paths) {
            if (!Files.isReadable(path)) {
                throw new MillraceException(
                        ErrorCode.USER_CONFIG,
                        "bench '" + path + "' cannot be read: give a jar, or a directory of classes");
            }
            try {
                urls.add(path.toUri().toURL());
            } catch (MalformedURLException e) {
                throw new IllegalStateException(e);
            }
        }
        return urls;
    }

    private static List<TestBench> load(ClassLoader loader, List<Path> paths) {
        List<TestBench> found = new ArrayList<>();
        try {
            ServiceLoader.load(TestBench.class, loader).stream()
                    .filter(bench -> bench.type().getClassLoader() == loader)
                    .forEach(bench -> found.add(bench.get()));
        } catch (ServiceConfigurationError | LinkageError e) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "a bench in " + paths + " cannot be loaded: " + e.getMessage()
                            + "; a bench is a public class with a public constructor without parameters, and all that it"
                            + " needs beside the kit is given with --bench",
                    e);
        }
        if (found.isEmpty()) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "there is no bench in " + paths + ": name its class in META-INF/services/"
                            + TestBench.class.getName());
        }
        return found;
    }

    /** The bench of a kind for a provider. */
    <B extends TestBench> Optional<B> find(String provider, Class<B> kind) {
        return benches.stream()
                .filter(bench -> kind.isInstance(bench) && bench.provider().equals(provider))
                .map(kind::cast)
                .findFirst();
    }

    /** Closes what a bench opened for a test; throws what a test may throw. */
    static void close(AutoCloseable opened) {
        try {
            opened.close();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("the bench could not be closed: " + e, e);
        }
    }

    @Override
    public void close() {
        if (loader != null) {
            try {
                loader.close();
            } catch (IOException e) {
                throw new IllegalStateException("the benches could not be closed: " + e, e);
            }
        }
    }
}
