// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugins;

import org.jspecify.annotations.Nullable;

/** A plugin that cannot be used; the message says why and what to do, and leaves it to the catcher to name the file. */
final class BadPluginException extends Exception {
    private static final long serialVersionUID = 1L;

    BadPluginException(String message) {
        super(message);
    }

    BadPluginException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
