// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.plugin;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.core.call.ForeignCall;
import io.millrace.core.failure.Failures;
import io.millrace.spi.plugin.Provider;
import io.millrace.spi.plugin.ProviderSource.Found;
import io.millrace.spi.plugin.ThreadContextClassLoader;

/**
 * Calls a provider: under its class loader, and with an error that a person can act on, whatever the plugin throws.
 * A {@link MillraceException} passes as it is.
 */
public final class PluginCall {
    private PluginCall() {}

    /**
     * Calls {@code found}'s provider.
     *
     * @param doing what is being done, for the error, such as {@code create receiver 'lines'}
     * @throws MillraceException of code {@link ErrorCode#PLUGIN} for anything else that the plugin throws
     */
    public static <P extends Provider, T> T of(Found<P> found, String doing, Call<P, T> call) {
        try (ForeignCall foreign = ForeignCall.begin();
                ThreadContextClassLoader scope = ThreadContextClassLoader.of(found.loader())) {
            return call.on(found.provider());
        } catch (MillraceException e) {
            throw e;
        } catch (LinkageError e) {
            throw failed(found, doing, e, "its jar or zip lacks a class or is built against another version");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(found, doing, e, "the thread was interrupted");
        } catch (Exception e) {
            throw failed(found, doing, e, "see the cause, or ask the provider of the plugin");
        }
    }

    private static MillraceException failed(Found<?> found, String doing, Throwable cause, String next) {
        return new MillraceException(
                ErrorCode.PLUGIN,
                "cannot " + doing + ": provider " + found.provider().getClass().getName() + " in " + found.origin()
                        + " threw " + Failures.text(cause) + "; " + next,
                cause);
    }

    /** A call to a provider. */
    @FunctionalInterface
    public interface Call<P, T> {
        /** Makes the call. */
        T on(P provider) throws Exception;
    }
}
