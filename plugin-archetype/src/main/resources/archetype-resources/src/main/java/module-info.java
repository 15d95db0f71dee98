// SPDX-License-Identifier: Apache-2.0

import io.millrace.spi.receiver.ReceiverProvider;

/** The receiver {@code ${provider}}. */
module ${package} {
    requires io.millrace.api;

    provides ReceiverProvider with
            ${package}.LineReceiverProvider;
}
