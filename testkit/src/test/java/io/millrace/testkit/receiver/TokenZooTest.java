// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.receiver;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.Zoo;
import io.millrace.testkit.receiver.TokenReceiver.TokenFlaw;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Receivers of tokens with one flaw each: the kit must find it, and nothing else. */
class TokenZooTest {
    @Test
    void R04_onesThatAcknowledgeTooMuch() {
        assertThat(Zoo.failing(AcknowledgesWhatItAppended.class, 4)).contains(4);
        assertThat(Zoo.failing(AcknowledgesAllAtTheStop.class, 4)).contains(4);
    }

    /** What is acknowledged too early is lost with the next death, so that this clause fails, too. */
    @Test
    void R16_onesThatLoseWhatWasNotDurable() {
        assertThat(Zoo.failing(AcknowledgesWhatItAppended.class, 16)).contains(16);
        assertThat(Zoo.failing(AcknowledgesAllAtTheStop.class, 16)).contains(16);
    }

    @Test
    void R19_onesWhoseTokensDoNotGrowOrDoNotCover() {
        assertThat(Zoo.failing(RepeatsAToken.class, 19)).containsExactly(19);
        assertThat(Zoo.failing(ForgetsTokens.class, 19)).contains(19);
    }

    /** The kit with less patience: what is broken costs all of it. */
    abstract static class Kit extends TokenReceiverConformanceTest {
        private final TokenFlaw flaw;

        Kit(TokenFlaw flaw) {
            this.flaw = flaw;
        }

        @Override
        TokenFlaw flaw() {
            return flaw;
        }

        @Override
        protected Duration patience() {
            return Zoo.patience();
        }

        @Override
        protected Duration prompt() {
            return Zoo.patience();
        }

        @Override
        protected Duration watch() {
            return Zoo.watch();
        }
    }

    static class AcknowledgesWhatItAppended extends Kit {
        AcknowledgesWhatItAppended() {
            super(TokenFlaw.ACKNOWLEDGES_WHAT_IT_APPENDED);
        }
    }

    static class AcknowledgesAllAtTheStop extends Kit {
        AcknowledgesAllAtTheStop() {
            super(TokenFlaw.ACKNOWLEDGES_ALL_AT_THE_STOP);
        }

        /** Nothing is to be seen before the stop. */
        @Override
        protected Duration watch() {
            return Duration.ofMillis(100);
        }
    }

    static class RepeatsAToken extends Kit {
        RepeatsAToken() {
            super(TokenFlaw.REPEATS_A_TOKEN);
        }
    }

    static class ForgetsTokens extends Kit {
        ForgetsTokens() {
            super(TokenFlaw.FORGETS_TOKENS);
        }
    }
}
