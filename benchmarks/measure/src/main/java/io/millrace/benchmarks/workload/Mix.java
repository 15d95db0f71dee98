// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.workload;

/** A stateless source of random bits: neighbouring numbers give unrelated ones. */
final class Mix {
    private Mix() {}

    static long mix(long number) {
        long z = (number + 0x9E3779B97F4A7C15L) * 0xBF58476D1CE4E5B9L;
        z ^= z >>> 27;
        z *= 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
