// SPDX-License-Identifier: Apache-2.0
package io.millrace.servers;

import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;

/**
 * The broker's main class in the child JVM: formats the storage if it is new, then runs the broker. Both in one JVM
 * save the start of another one.
 *
 * <p>It runs beside the broker's jars only, so it uses nothing but the JDK and has no nested classes.
 */
final class KafkaMain {
    private KafkaMain() {}

    /**
     * Runs the broker until it is told to stop.
     *
     * @param arguments the path of {@code server.properties}, then the cluster id if the storage has to be formatted
     */
    public static void main(String[] arguments) throws Throwable {
        String properties = arguments[0];
        if (arguments.length > 1) {
            String[] format = {"format", "--cluster-id", arguments[1], "--config", properties, "--ignore-formatted"};
            Object exitCode = call(
                    "kafka.tools.StorageTool",
                    "execute",
                    new Class<?>[] {String[].class, PrintStream.class},
                    format,
                    System.out);
            if (!Integer.valueOf(0).equals(exitCode)) {
                System.exit(1);
            }
        }
        call("kafka.Kafka", "main", new Class<?>[] {String[].class}, (Object) new String[] {properties});
    }

    private static Object call(String type, String method, Class<?>[] parameters, Object... arguments)
            throws Throwable {
        try {
            return Class.forName(type, true, KafkaMain.class.getClassLoader())
                    .getMethod(method, parameters)
                    .invoke(null, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
