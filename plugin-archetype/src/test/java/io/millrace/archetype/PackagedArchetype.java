// SPDX-License-Identifier: Apache-2.0
package io.millrace.archetype;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.velocity.VelocityContext;
import org.apache.velocity.app.VelocityEngine;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * An archetype's jar, from which projects are made as Maven's archetype plugin makes them: file set by file set, each file a
 * template of Velocity.
 */
final class PackagedArchetype {
    private static final String RESOURCES = "archetype-resources/";

    private final Path jar;
    private final VelocityEngine velocity = new VelocityEngine();

    PackagedArchetype(Path jar) {
        this.jar = jar;
        velocity.init();
    }

    /** What a project asks for beyond its coordinates, with what it is unless somebody says otherwise. */
    Map<String, String> defaults() throws Exception {
        Map<String, String> defaults = new TreeMap<>();
        for (Element property : elements(descriptor().getElementsByTagName("requiredProperty"))) {
            defaults.put(
                    property.getAttribute("key"), text(property, "defaultValue").get(0));
        }
        return defaults;
    }

    /**
     * Makes a project.
     *
     * @param values {@code groupId}, {@code artifactId}, {@code version}, {@code package} and what else it asks for
     */
    void generate(Path into, Map<String, String> values) throws Exception {
        try (JarFile archetype = new JarFile(jar.toFile())) {
            copy(archetype, archetype.getJarEntry(RESOURCES + "pom.xml"), into.resolve("pom.xml"), values);
            for (Element fileSet : elements(descriptor().getElementsByTagName("fileSet"))) {
                copy(archetype, fileSet, into, values);
            }
        }
    }

    private void copy(JarFile archetype, Element fileSet, Path into, Map<String, String> values) throws IOException {
        String directory = text(fileSet, "directory").get(0);
        String prefix = RESOURCES + (directory.isEmpty() ? "" : directory + "/");
        Path target = into.resolve(directory);
        if (Boolean.parseBoolean(fileSet.getAttribute("packaged"))) {
            target = target.resolve(values.getOrDefault("package", "").replace('.', '/'));
        }
        List<String> includes = text(fileSet, "include");
        for (JarEntry entry : archetype.stream().toList()) {
            String name = entry.getName();
            if (name.startsWith(prefix) && !entry.isDirectory()) {
                String file = name.substring(prefix.length());
                if (includes.stream().anyMatch(include -> matches(include, file))) {
                    copy(archetype, entry, target.resolve(file), values);
                }
            }
        }
    }

    private static boolean matches(String include, String file) {
        String glob = include.startsWith("**/") ? "{**/,}" + include.substring(3) : include;
        return FileSystems.getDefault().getPathMatcher("glob:" + glob).matches(Path.of(file));
    }

    private void copy(JarFile archetype, JarEntry entry, Path file, Map<String, String> values) throws IOException {
        String template = new String(archetype.getInputStream(entry).readAllBytes(), UTF_8);
        VelocityContext context = new VelocityContext();
        values.forEach(context::put);
        StringWriter made = new StringWriter();
        velocity.evaluate(context, made, entry.getName(), template);
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, made.toString());
    }

    private Document descriptor() throws Exception {
        try (JarFile archetype = new JarFile(jar.toFile());
                InputStream in =
                        archetype.getInputStream(archetype.getJarEntry("META-INF/maven/archetype-metadata.xml"))) {
            return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(in);
        }
    }

    private static List<String> text(Element parent, String tag) {
        return elements(parent.getElementsByTagName(tag)).stream()
                .map(element -> element.getTextContent().strip())
                .toList();
    }

    private static List<Element> elements(NodeList nodes) {
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }
}
