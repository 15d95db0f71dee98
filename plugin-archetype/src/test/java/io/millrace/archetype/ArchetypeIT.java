// SPDX-License-Identifier: Apache-2.0
package io.millrace.archetype;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** What somebody gets who makes a project from the packaged archetype: it compiles, its receiver and its zip conform. */
class ArchetypeIT {
    private static final Path EXAMPLE = Path.of("..", "examples", "plugin-jdbc-wal");
    private static final Pattern PLUGIN =
            Pattern.compile("<artifactId>(maven-[a-z]+-plugin)</artifactId>\\s*<version>([^<]+)</version>");
    private static final String ARTIFACT = "acme-lines";
    private static final String VERSION = "1.0.0-SNAPSHOT";
    private static final String PACKAGE = "com.acme.lines";

    @TempDir
    private Path root;

    private MadeProject project;

    @BeforeEach
    void makeProject() throws Exception {
        PackagedArchetype archetype = new PackagedArchetype(Path.of(System.getProperty("archetype.jar")));
        Map<String, String> values = new TreeMap<>(archetype.defaults());
        assertThat(values).containsEntry("millraceVersion", System.getProperty("archetype.version"));
        values.putAll(Map.of("groupId", "com.acme", "artifactId", ARTIFACT, "version", VERSION, "package", PACKAGE));
        archetype.generate(root, values);
        project = new MadeProject(root);
    }

    @Test
    void whatItMakesCompilesAndConforms() throws Exception {
        project.compile();
        Path zip = project.zip(ARTIFACT, VERSION);
        System.setProperty("plugin.bundle", zip.toString());
        URL[] classes = {
            project.testClasses().toUri().toURL(), project.classes().toUri().toURL()
        };
        try (URLClassLoader loader = new URLClassLoader(classes, getClass().getClassLoader())) {
            assertConforms(loader.loadClass(PACKAGE + ".LineReceiverConformanceTest"), 25);
            assertConforms(loader.loadClass(PACKAGE + ".PackagingIT"), 5);
        } finally {
            System.clearProperty("plugin.bundle");
        }
    }

    private static void assertConforms(Class<?> suite, int leastTests) {
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(suite))
                .build();
        LauncherFactory.create().execute(request, listener);
        TestExecutionSummary summary = listener.getSummary();
        StringWriter failures = new StringWriter();
        summary.printFailuresTo(new PrintWriter(failures));
        assertThat(summary.getTotalFailureCount()).as(failures.toString()).isZero();
        assertThat(summary.getTestsSucceededCount()).isGreaterThanOrEqualTo(leastTests);
    }

    /** How it is packaged is what the example does, whose build runs with Maven in every build of ours. */
    @Test
    void itIsBuiltAsTheExampleIs() throws Exception {
        assertThat(project.read("src/main/assembly/plugin.xml"))
                .isEqualTo(withoutLicense(Files.readString(EXAMPLE.resolve("src/main/assembly/plugin.xml"))));
        Map<String, String> ours = plugins(project.read("pom.xml"));
        assertThat(plugins(Files.readString(EXAMPLE.resolve("pom.xml")))).containsAllEntriesOf(ours);
        assertThat(ours).hasSize(6);
        assertThat(project.read("pom.xml"))
                .contains("<groupId>com.acme</groupId>", "<artifactId>acme-lines</artifactId>")
                .contains("<version>" + System.getProperty("archetype.version") + "</version>")
                .contains("${project.build.directory}/${project.build.finalName}-plugin.zip");
        assertThat(project.read("README.md")).contains("the receiver `lines`").doesNotContain("${");
    }

    private static String withoutLicense(String xml) {
        return xml.replace("<!-- SPDX-License-Identifier: Apache-2.0 -->\n", "");
    }

    private static Map<String, String> plugins(String pom) {
        return PLUGIN.matcher(pom)
                .results()
                .collect(Collectors.toMap(found -> found.group(1), (MatchResult found) -> found.group(2)));
    }
}
