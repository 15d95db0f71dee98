// SPDX-License-Identifier: Apache-2.0
package io.millrace.dist;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * One way to run a program with a plugin.
 *
 * @param modules whether the host is on the module path; else all of it is on the class path
 * @param hostile whether the program's threads have a context class loader that sees nothing
 */
record Cell(boolean modules, Delivery delivery, boolean hostile) {
    /** How a plugin gets there. */
    enum Delivery {
        /** Its thin jar and its libraries lie where the host's jars lie. */
        DEPENDENCY,
        /** They lie on the class path, the host on the module path. */
        BESIDE,
        ZIP,
        FAT_JAR
    }

    static Stream<Cell> all() {
        List<Cell> cells = new ArrayList<>();
        for (boolean hostile : new boolean[] {false, true}) {
            for (boolean modules : new boolean[] {false, true}) {
                for (Delivery delivery : Delivery.values()) {
                    if (modules || delivery != Delivery.BESIDE) {
                        cells.add(new Cell(modules, delivery, hostile));
                    }
                }
            }
        }
        return cells.stream();
    }

    boolean dropIn() {
        return delivery == Delivery.ZIP || delivery == Delivery.FAT_JAR;
    }

    /** Whether the plugin is a named module. */
    boolean pluginIsModule() {
        return modules && delivery == Delivery.DEPENDENCY;
    }

    @Override
    public String toString() {
        return (modules ? "module path, " : "class path, ") + delivery + (hostile ? ", hostile context loader" : "");
    }
}
