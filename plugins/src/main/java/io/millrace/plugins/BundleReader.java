// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugins;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.InvalidModuleDescriptorException;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Reads a zip (expanding it) or a jar of the plugins directory. */
final class BundleReader {
    private static final String PROPERTIES = "plugin.properties";
    private static final Pattern LIBRARY = Pattern.compile("lib/[^/]+\\.jar");

    /** A descriptor is a few lines; a manifest may hold a signature of each class. */
    private static final long MAX_DESCRIPTOR_BYTES = 4L << 20;

    private final ZipExpander expander;
    private final Sums sums;

    BundleReader(ZipExpander expander, Sums sums) {
        this.expander = expander;
        this.sums = sums;
    }

    Bundle read(Path file) throws BadPluginException {
        try {
            String open = Permissions.openToAll(file);
            if (!open.isEmpty()) {
                throw new BadPluginException(
                        open + ", and could change what is loaded; 'chmod o-w' it if you trust it");
            }
            sums.check(file);
            return file.getFileName().toString().endsWith(".zip") ? readZip(file) : readJar(file);
        } catch (IOException e) {
            throw new BadPluginException("cannot be read or expanded (" + reason(e) + "); copy it here again", e);
        }
    }

    private Bundle readZip(Path zip) throws IOException, BadPluginException {
        ZipExpander.Expanded expanded = expander.expand(zip);
        Path root = expanded.root();
        Path properties = expanded.file(PROPERTIES)
                .orElseThrow(() -> new BadPluginException(
                        "has no plugin.properties at its root; see docs/spec/plugin-packaging.md"));
        refuseLarge(PROPERTIES, Files.size(properties));
        Properties values = new Properties();
        try (InputStream in = Files.newInputStream(properties)) {
            values.load(in);
        } catch (IllegalArgumentException e) {
            throw new BadPluginException("its plugin.properties is damaged (" + e.getMessage() + ")", e);
        }
        Descriptor descriptor = Descriptor.ofProperties(values::getProperty);
        List<Path> classPath = new ArrayList<>();
        Path classes = root.resolve("classes");
        if (expanded.files().stream().anyMatch(name -> name.startsWith("classes/"))) {
            classPath.add(classes);
        }
        expanded.files().stream()
                .filter(name -> LIBRARY.matcher(name).matches())
                .sorted()
                .map(root::resolve)
                .forEach(classPath::add);
        if (classPath.isEmpty()) {
            throw new BadPluginException("holds no jar in lib/ and nothing in classes/; build it again");
        }
        for (Path path : classPath) {
            if (!path.equals(classes)) {
                checkJar(path, root);
            }
        }
        return new Bundle(zip, descriptor, classPath);
    }

    private static void refuseLarge(String name, long bytes) throws BadPluginException {
        if (bytes > MAX_DESCRIPTOR_BYTES) {
            throw new BadPluginException("its " + name + " has " + bytes + " bytes, more than " + MAX_DESCRIPTOR_BYTES
                    + "; do not trust it");
        }
    }

    private static void checkJar(Path jar, Path root) throws BadPluginException {
        try {
            new ZipFile(jar.toFile()).close();
        } catch (IOException e) {
            throw new BadPluginException(
                    "its " + root.relativize(jar) + " is no jar (" + reason(e) + "); build or copy it again", e);
        }
    }

    private static Bundle readJar(Path file) throws IOException, BadPluginException {
        try (JarFile jar = new JarFile(file.toFile(), false)) {
            ZipEntry entry = jar.getEntry(JarFile.MANIFEST_NAME);
            if (entry != null) {
                refuseLarge(JarFile.MANIFEST_NAME, entry.getSize());
            }
            Manifest manifest = jar.getManifest();
            if (manifest == null) {
                throw new BadPluginException("has no manifest, so it is no plugin; put only plugins here");
            }
            Descriptor descriptor =
                    Descriptor.ofManifest(key -> manifest.getMainAttributes().getValue(key));
            checkFat(jar);
            return new Bundle(file, descriptor, List.of(file));
        }
    }

    /**
     * A thin jar's module descriptor names the libraries that it needs and does not hold; a fat jar has no descriptor. Found
     * here, it is a clear answer; found later, a class that is missing.
     */
    private static void checkFat(JarFile jar) throws IOException, BadPluginException {
        ZipEntry entry = jar.getEntry("module-info.class");
        if (entry == null) {
            return;
        }
        String missing;
        try (InputStream in = jar.getInputStream(entry)) {
            missing = ModuleDescriptor.read(in).requires().stream()
                    .filter(required -> !required.modifiers().contains(ModuleDescriptor.Requires.Modifier.STATIC))
                    .map(ModuleDescriptor.Requires::name)
                    .filter(name -> !StrictClassLoader.providesModule(name))
                    .sorted()
                    .collect(Collectors.joining(", "));
        } catch (InvalidModuleDescriptorException e) {
            throw new BadPluginException("its module-info.class is damaged (" + e.getMessage() + ")", e);
        }
        if (!missing.isEmpty()) {
            throw new BadPluginException("is a thin jar: it requires " + missing
                    + ", which it does not hold; put the plugin's -plugin.zip or -plugin.jar here instead");
        }
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }
}
