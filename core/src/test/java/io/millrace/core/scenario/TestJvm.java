// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Another JVM with everything that this one has, for programs that die. */
final class TestJvm {
    private TestJvm() {}

    static Process start(Class<?> main, List<String> arguments, String... options) throws IOException {
        return run(List.of(), Path.of(""), System.getProperty("java.class.path"), main, arguments, options);
    }

    /** Starts it in another working directory. */
    static Process startIn(Path directory, Class<?> main, List<String> arguments) throws IOException {
        String classPath = Arrays.stream(classPath())
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
        return run(List.of(), directory, classPath, main, arguments);
    }

    /** Starts it as another user, which only root can. */
    static Process startAs(String uid, String classPath, Class<?> main, List<String> arguments) throws IOException {
        return run(asUser(uid), Path.of(""), classPath, main, arguments);
    }

    /** What to put before a command that another user is to run. */
    static List<String> asUser(String uid) {
        return List.of("setpriv", "--reuid=" + uid, "--regid=" + uid, "--clear-groups");
    }

    private static Process run(
            List<String> before,
            Path directory,
            String classPath,
            Class<?> main,
            List<String> arguments,
            String... options)
            throws IOException {
        List<String> command = new ArrayList<>(before);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", classPath, main.getName()));
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .directory(directory.toAbsolutePath().toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static String[] classPath() {
        return System.getProperty("java.class.path").split(File.pathSeparator, -1);
    }

    /**
     * Copies the class path of this JVM, which may lie in a directory that is this user's alone.
     *
     * @param directory becomes readable for all, too
     */
    static String readableByAll(Path directory, Path copies) throws IOException {
        for (Path made : List.of(directory, Files.createDirectory(copies))) {
            Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        List<String> copied = new ArrayList<>();
        for (String entry : classPath()) {
            Path from = Path.of(entry);
            if (Files.exists(from)) {
                Path to = copies.resolve(copied.size() + "-" + from.getFileName());
                try (Stream<Path> files = Files.walk(from)) {
                    for (Path file : files.toList()) {
                        Files.copy(file, file.equals(from) ? to : to.resolve(from.relativize(file)));
                    }
                }
                copied.add(to.toString());
            }
        }
        return String.join(File.pathSeparator, copied);
    }
}
