// SPDX-License-Identifier: Apache-2.0
package io.millrace.servers;

import java.util.concurrent.CountDownLatch;

/** A server that does nothing, in the ways that its name says. */
final class ServerMain {
    private ServerMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        String name = arguments[0];
        if (name.equals("failing")) {
            throw new IllegalStateException("this server does not want to start");
        }
        CountDownLatch never = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            if (name.equals("stubborn")) {
                awaitForEver(never);
            }
            System.out.println("stopped gracefully");
        }));
        System.out.println("ready " + name);
        never.await();
    }

    private static void awaitForEver(CountDownLatch never) {
        try {
            never.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
