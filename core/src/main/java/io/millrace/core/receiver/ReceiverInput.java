// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.receiver;

import static java.util.Objects.requireNonNull;

import io.millrace.spi.receiver.Receiver;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;

/**
 * An input that is fed by a receiver.
 *
 * @param stream the input's name
 * @param provider the name of the receiver's provider
 * @param receivers makes the receiver of each incarnation
 * @param threads makes the threads on which the receivers are called; they carry the plugin's class loader
 */
public record ReceiverInput(String stream, String provider, Supplier<Receiver> receivers, ThreadFactory threads) {
    public ReceiverInput {
        requireNonNull(stream, "stream is null");
        requireNonNull(provider, "provider is null");
        requireNonNull(receivers, "receivers is null");
        requireNonNull(threads, "threads is null");
    }
}
