// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.output;

import io.millrace.api.Batch;
import io.millrace.api.function.BatchFunction;
import java.io.PrintStream;
import java.util.List;

/** Prints the first elements of each batch to standard output. */
public final class Printer<T> implements BatchFunction<T> {
    private static final long serialVersionUID = 1L;

    private final int most;

    public Printer(int most) {
        this.most = most;
    }

    @Override
    public void accept(Batch<T> batch) {
        PrintStream out = System.out;
        List<T> first = batch.take(most + 1);
        out.println("-------------------------------------------");
        out.println("Time: " + batch.id().batchTime());
        out.println("-------------------------------------------");
        first.stream().limit(most).forEach(out::println);
        if (first.size() > most) {
            out.println("...");
        }
        out.println();
    }
}
