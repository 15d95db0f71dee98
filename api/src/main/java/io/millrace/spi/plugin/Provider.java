// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.plugin;

/**
 * What a plugin offers: a named implementation of one SPI, with settings of its own. Found by
 * {@link java.util.ServiceLoader}: a plugin declares it both with {@code provides} in its module descriptor and in
 * {@code META-INF/services}. Its constructor takes nothing and does nothing.
 *
 * @since 0.1
 */
public interface Provider {
    /** The name that programs use, in kebab-case, such as {@code kafka-reliable}; unique per SPI. */
    String name();

    /** The settings that it takes; anything else is refused before it is asked for an instance. */
    ConfigSpec config();
}
