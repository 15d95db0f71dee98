// SPDX-License-Identifier: Apache-2.0
package io.millrace.servers;

import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/**
 * The main class of a KDC's JVM: a realm with some principals, whose keys it writes to keytab files.
 *
 * <p>It runs beside the cluster's jars only, so it uses nothing but the JDK and has no nested classes.
 */
final class KdcMain {
    /** What it prints when it answers. */
    static final String READY = "the KDC is ready";

    private static final String SERVER = "org.apache.kerby.kerberos.kerb.server.SimpleKdcServer";
    private static final String CONFIG_KEY = "org.apache.kerby.kerberos.kerb.server.KdcConfigKey";

    private KdcMain() {}

    /**
     * Runs the KDC until its JVM ends.
     *
     * @param arguments the realm, the TCP port, the largest difference of clocks in seconds, then the principals; one that
     *     begins with {@code -} has a keytab and is not known to the KDC
     */
    public static void main(String[] arguments) throws Throwable {
        try {
            run(arguments[0], Integer.parseInt(arguments[1]), Long.parseLong(arguments[2]), principals(arguments));
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static String[] principals(String[] arguments) {
        return Arrays.copyOfRange(arguments, 3, arguments.length);
    }

    private static void run(String realm, int port, long skewSeconds, String[] principals) throws Exception {
        File here = new File("").getAbsoluteFile();
        Class<?> type = load(SERVER);
        Object kdc = type.getConstructor().newInstance();
        type.getMethod("setWorkDir", File.class).invoke(kdc, here);
        type.getMethod("setKdcHost", String.class).invoke(kdc, "127.0.0.1");
        type.getMethod("setKdcRealm", String.class).invoke(kdc, realm);
        type.getMethod("setKdcTcpPort", int.class).invoke(kdc, port);
        type.getMethod("setAllowUdp", boolean.class).invoke(kdc, false);
        Object config = type.getMethod("getKdcConfig").invoke(kdc);
        set(config, "MINIMUM_TICKET_LIFETIME", 1);
        set(config, "ALLOWABLE_CLOCKSKEW", skewSeconds);
        if (skewSeconds == 0) {
            // At a login this KDC calls it a wrong key; where it gives tickets for a service it says that it is the
            // clock.
            Class<?> keys = load("org.apache.kerby.config.ConfigKey");
            config.getClass()
                    .getMethod("setBoolean", keys, Boolean.class)
                    .invoke(config, key("PREAUTH_REQUIRED"), false);
        }
        type.getMethod("init").invoke(kdc);
        type.getMethod("start").invoke(kdc);
        for (String given : principals) {
            boolean unknown = given.startsWith("-");
            String principal = (unknown ? given.substring(1) : given) + "@" + realm;
            type.getMethod("createPrincipal", String.class).invoke(kdc, principal);
            type.getMethod("exportPrincipal", String.class, File.class)
                    .invoke(
                            kdc,
                            principal,
                            new File(here, given.replaceAll("^-", "").replace('/', '-') + ".keytab"));
            if (unknown) {
                type.getMethod("deletePrincipal", String.class).invoke(kdc, principal);
            }
        }
        System.out.println(READY);
        Thread.currentThread().join();
    }

    private static void set(Object config, String key, long value) throws ReflectiveOperationException {
        Class<?> keys = load("org.apache.kerby.config.ConfigKey");
        config.getClass().getMethod("setLong", keys, Long.class).invoke(config, key(key), value);
    }

    private static Object key(String name) throws ReflectiveOperationException {
        return load(CONFIG_KEY).getField(name).get(null);
    }

    private static Class<?> load(String name) throws ClassNotFoundException {
        return Class.forName(name, true, KdcMain.class.getClassLoader());
    }
}
