// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.plugin;

/**
 * The version of the SPI as one number. A plugin's manifest names the one it was built against
 * ({@code Spi-Version: 1}); a host refuses any other.
 *
 * @since 0.1
 */
public final class SpiVersion {
    /** The version of this SPI. */
    public static final int CURRENT = 1;

    private SpiVersion() {}
}
