// SPDX-License-Identifier: Apache-2.0
package io.millrace.servers;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/**
 * The first main class of every child JVM: halts the child as soon as its standard input ends, which the operating
 * system sees to when the parent dies in whatever way, then hands over to the real main class.
 *
 * <p>It runs in the child beside the server's jars only, so it uses nothing but the JDK and has no nested classes.
 */
final class Tether {
    /** What a shell reports for a process that was ended by SIGTERM. */
    private static final int EXIT_CODE = 143;

    private Tether() {}

    /**
     * Runs another class's {@code main}.
     *
     * @param arguments the name of the main class, then its arguments
     */
    public static void main(String[] arguments) throws Throwable {
        Thread watch = new Thread(Tether::haltAtEndOfInput, "millrace-tether");
        watch.setDaemon(true);
        watch.start();
        Class<?> main = Class.forName(arguments[0], true, Tether.class.getClassLoader());
        try {
            main.getMethod("main", String[].class)
                    .invoke(null, (Object) Arrays.copyOfRange(arguments, 1, arguments.length));
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static void haltAtEndOfInput() {
        InputStream input = System.in;
        try {
            while (input.read() >= 0) {
                // The parent writes nothing; whatever arrives only shows that it lives.
            }
        } catch (IOException e) {
            // A broken pipe is an end as well.
        }
        Runtime.getRuntime().halt(EXIT_CODE);
    }
}
