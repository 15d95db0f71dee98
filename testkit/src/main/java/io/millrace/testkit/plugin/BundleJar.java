// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.plugin;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A jar of a bundle.
 *
 * @param name where it is in the bundle
 * @param file where it can be loaded from
 * @param classes the names of its classes, without descriptors of modules and packages and without those of later Javas
 * @param services the classes that its {@code META-INF/services} name, by service
 * @param module its descriptor; null if it has none
 */
record BundleJar(
        String name,
        Path file,
        List<String> classes,
        Map<String, List<String>> services,
        @Nullable ModuleDescriptor module) {
    private static final String SERVICES = "META-INF/services/";

    static BundleJar read(String name, Path file) throws IOException {
        List<String> classes = new ArrayList<>();
        Map<String, List<String>> services = new TreeMap<>();
        ModuleDescriptor module = null;
        try (ZipFile jar = new ZipFile(file.toFile())) {
            for (ZipEntry entry : jar.stream().toList()) {
                String path = entry.getName();
                if (path.equals("module-info.class")) {
                    try (InputStream in = jar.getInputStream(entry)) {
                        module = ModuleDescriptor.read(in);
                    }
                } else if (path.endsWith(".class")
                        && !path.startsWith("META-INF/")
                        && !path.endsWith("package-info.class")
                        && !path.endsWith("module-info.class")) {
                    classes.add(path.substring(0, path.length() - 6).replace('/', '.'));
                } else if (path.startsWith(SERVICES) && !entry.isDirectory()) {
                    try (InputStream in = jar.getInputStream(entry)) {
                        services.put(path.substring(SERVICES.length()), lines(new String(in.readAllBytes(), UTF_8)));
                    }
                }
            }
        }
        return new BundleJar(name, file, classes, services, module);
    }

    private static List<String> lines(String text) {
        return text.lines()
                .map(line -> line.replaceFirst("#.*", "").strip())
                .filter(line -> !line.isEmpty())
                .toList();
    }

    /** Makes a jar of what is below a folder of a zip. */
    static void pack(ZipFile zip, String folder, Path jar) throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
            for (ZipEntry entry : zip.stream().toList()) {
                if (entry.getName().startsWith(folder) && !entry.isDirectory()) {
                    out.putNextEntry(new ZipEntry(entry.getName().substring(folder.length())));
                    try (InputStream in = zip.getInputStream(entry)) {
                        in.transferTo(out);
                    }
                }
            }
        }
    }
}
