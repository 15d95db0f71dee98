// SPDX-License-Identifier: Apache-2.0
package io.millrace.servers;

import java.lang.reflect.InvocationTargetException;

/**
 * The main class of a namenode's or datanode's JVM: formats the namenode's storage if it is new, then runs the node.
 * Both in one JVM save the start of another one.
 *
 * <p>It runs beside the cluster's jars only, so it uses nothing but the JDK and has no nested classes.
 */
final class HdfsMain {
    private HdfsMain() {}

    /**
     * Runs the node until it is told to stop.
     *
     * @param arguments the node's main class, then {@code format} if the storage has to be formatted
     */
    public static void main(String[] arguments) throws Throwable {
        Class<?> node = load(arguments[0]);
        try {
            if (arguments.length > 1) {
                // Formatting registers meters that the namenode then registers again.
                load("org.apache.hadoop.metrics2.lib.DefaultMetricsSystem")
                        .getMethod("setMiniClusterMode", boolean.class)
                        .invoke(null, true);
                Class<?> configuration = load("org.apache.hadoop.conf.Configuration");
                Object settings = load("org.apache.hadoop.hdfs.HdfsConfiguration")
                        .getConstructor()
                        .newInstance();
                node.getMethod("format", configuration).invoke(null, settings);
            }
            node.getMethod("main", String[].class).invoke(null, (Object) new String[0]);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static Class<?> load(String name) throws ClassNotFoundException {
        return Class.forName(name, true, HdfsMain.class.getClassLoader());
    }
}
