// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The zip or jar that is tested, taken apart. */
final class BundleFile {
    private final Path file;
    private final boolean zip;
    private final List<String> names = new ArrayList<>();
    private final Map<String, String> descriptor = new HashMap<>();
    private final List<BundleJar> jars = new ArrayList<>();

    private BundleFile(Path file) {
        this.file = file;
        this.zip = file.toString().endsWith(".zip");
    }

    /**
     * Reads a bundle; what is wrong with it is for the tests to find.
     *
     * @param work an empty directory for the jars of a zip
     */
    static BundleFile read(Path file, Path work) {
        BundleFile bundle = new BundleFile(file);
        try (ZipFile opened = new ZipFile(file.toFile())) {
            Enumeration<? extends ZipEntry> entries = opened.entries();
            while (entries.hasMoreElements()) {
                bundle.names.add(entries.nextElement().getName());
            }
            if (bundle.zip) {
                bundle.readZip(opened, work);
            } else {
                bundle.readJar();
            }
            return bundle;
        } catch (IOException e) {
            throw new UncheckedIOException("the bundle " + file + " cannot be read", e);
        }
    }

    private void readZip(ZipFile opened, Path work) throws IOException {
        ZipEntry properties = opened.getEntry("plugin.properties");
        if (properties != null) {
            Properties values = new Properties();
            try (InputStream in = opened.getInputStream(properties)) {
                values.load(in);
            }
            values.stringPropertyNames()
                    .forEach(key -> descriptor.put(key, values.getProperty(key).strip()));
        }
        Path classes = work.resolve("classes.jar");
        for (String name : names) {
            if (name.matches("lib/[^/]+\\.jar")) {
                Path jar = work.resolve(jars.size() + ".jar");
                try (InputStream in = opened.getInputStream(opened.getEntry(name))) {
                    Files.copy(in, jar);
                }
                jars.add(BundleJar.read(name, jar));
            }
        }
        if (names.stream().anyMatch(name -> name.startsWith("classes/") && !name.endsWith("/"))) {
            BundleJar.pack(opened, "classes/", classes);
            jars.add(BundleJar.read("classes/", classes));
        }
    }

    private void readJar() throws IOException {
        try (JarFile jar = new JarFile(file.toFile(), false)) {
            Manifest manifest = jar.getManifest();
            if (manifest != null) {
                Attributes attributes = manifest.getMainAttributes();
                attributes.forEach((key, value) -> descriptor.put(
                        key.toString().toLowerCase(Locale.ROOT).replace('-', '.'),
                        value.toString().strip()));
            }
        }
        jars.add(BundleJar.read(file.getFileName().toString(), file));
    }

    Path file() {
        return file;
    }

    boolean isZip() {
        return zip;
    }

    /** The names of its entries. */
    List<String> names() {
        return names;
    }

    /** What it says of itself, by the keys of {@code plugin.properties}; empty if it does not say it. */
    String descriptor(String key) {
        return descriptor.getOrDefault(key, "");
    }

    /** What becomes the plugin's class path. */
    List<BundleJar> jars() {
        return jars;
    }

    /** The files of {@code META-INF/services} of all jars, merged: the classes that are named, by service. */
    Map<String, List<String>> services() {
        Map<String, List<String>> services = new HashMap<>();
        for (BundleJar jar : jars) {
            jar.services()
                    .forEach((service, classes) -> services.computeIfAbsent(service, absent -> new ArrayList<>())
                            .addAll(classes));
        }
        return services;
    }
}
