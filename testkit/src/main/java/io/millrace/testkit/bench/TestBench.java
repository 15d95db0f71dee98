// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.bench;

/**
 * The other end of a plugin: what feeds the source that a receiver reads, or sees what a sink has written. {@code millrace tck
 * PLUGIN --bench PATH} finds benches by {@link java.util.ServiceLoader} in what {@code PATH} names, and runs the suites that
 * need one. So a bench is a public class with a public constructor without parameters, named in {@code
 * META-INF/services/io.millrace.testkit.bench.TestBench}; it implements {@link ReceiverBench}, {@link DirectBench} or {@link
 * SinkBench}.
 *
 * <p>A bench and its plugin are loaded by different class loaders, as two processes would be: they share the API and the world
 * outside of the JVM, no object and no class of the plugin's. Called by one thread at a time, with the bench's class loader as
 * the thread's context class loader.
 *
 * @since 0.1
 */
public interface TestBench {
    /** The name of the provider that it is for, such as {@code kafka-reliable}. */
    String provider();
}
