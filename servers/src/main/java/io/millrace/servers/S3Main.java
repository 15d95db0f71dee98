// SPDX-License-Identifier: Apache-2.0
package io.millrace.servers;

import java.lang.reflect.InvocationTargetException;

/**
 * The S3 server's main class in the child JVM: starts S3Proxy and says when it is ready.
 *
 * <p>It runs beside the server's jars only, so it uses nothing but the JDK and has no nested classes.
 */
final class S3Main {
    /** What is printed when requests are answered. */
    static final String READY = "S3Proxy is ready";

    private S3Main() {}

    /**
     * Runs the server; its threads keep the process alive.
     *
     * @param arguments the path of its properties
     */
    public static void main(String[] arguments) throws Throwable {
        try {
            Class.forName("org.gaul.s3proxy.Main", true, S3Main.class.getClassLoader())
                    .getMethod("main", String[].class)
                    .invoke(null, (Object) new String[] {"--properties", arguments[0]});
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
        System.out.println(READY);
    }
}
