// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.receiver;

import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.receiver.Receiver;
import io.millrace.spi.receiver.ReceiverProvider;
import io.millrace.testkit.receiver.TokenReceiver.TokenFlaw;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The receiver of tokens that has no flaw; those of the zoo extend it. */
class TokenReceiverConformanceTest extends ReliableReceiverConformance {
    private final TokenQueue queue = new TokenQueue();

    TokenFlaw flaw() {
        return TokenFlaw.NONE;
    }

    @Override
    protected ReceiverProvider provider() {
        return new Provider(queue, flaw());
    }

    @Override
    protected Map<String, String> settings() {
        return Map.of();
    }

    @Override
    protected void send(List<String> values) {
        queue.send(values);
    }

    @Override
    protected Set<String> acknowledged() {
        return queue.acknowledged();
    }

    private record Provider(TokenQueue queue, TokenFlaw flaw) implements ReceiverProvider {
        @Override
        public String name() {
            return "token-queue";
        }

        @Override
        public ConfigSpec config() {
            return ConfigSpec.of();
        }

        @Override
        public Guarantee guarantee() {
            return Guarantee.ACK_TOKENS;
        }

        @Override
        public Receiver create(PluginContext context) {
            return new TokenReceiver(context, queue, flaw);
        }
    }
}
