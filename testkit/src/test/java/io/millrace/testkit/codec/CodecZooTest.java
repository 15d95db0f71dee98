// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.ByteWriter;
import io.millrace.api.codec.Codec;
import io.millrace.testkit.Zoo;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Codecs with one flaw each, which the kit must find. */
class CodecZooTest {
    @Test
    void CD01_oneThatForgets() {
        assertThat(Zoo.failing(Forgets.class, 1)).contains(1);
    }

    @Test
    void CD02_oneThatReadsToTheEnd() {
        assertThat(Zoo.failing(ReadsToTheEnd.class, 2)).contains(2);
    }

    @Test
    void CD03_oneThatKeepsWhatEqualsOverlooks() {
        assertThat(Zoo.failing(KeepsCase.class, 3)).containsExactly(3);
    }

    @Test
    void CD04_oneThatForgets() {
        assertThat(Zoo.failing(Forgets.class, 4)).contains(4);
    }

    @Test
    void CD05_onesThatHaveState() {
        assertThat(Zoo.failing(Counts.class, 5)).contains(5);
    }

    @Test
    void CD06_oneThatIsNamedAfterItsClass() {
        assertThat(Zoo.failing(NamedAfterItsClass.class, 6)).containsExactly(6);
    }

    @Test
    void oneThatIsRightPassesAll() {
        for (int clause = 1; clause <= 6; clause++) {
            assertThat(Zoo.failing(Right.class, clause)).isEmpty();
        }
    }

    /** A name of which case does not matter. */
    record Name(String text) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Name that && text.equalsIgnoreCase(that.text);
        }

        @Override
        public int hashCode() {
            return text.toLowerCase(Locale.ROOT).hashCode();
        }
    }

    /** One that is right. */
    static class NameCodec implements Codec<Name> {
        private static final long serialVersionUID = 1L;

        @Override
        public String id() {
            return "name";
        }

        @Override
        public void encode(Name value, ByteWriter out) {
            out.writeString(value.text().toLowerCase(Locale.ROOT));
        }

        @Override
        public Name decode(ByteReader in, int version) {
            return new Name(in.readString());
        }
    }

    static class Right extends CodecConformance<Name> {
        @Override
        protected Codec<Name> codec() {
            return new NameCodec();
        }

        @Override
        protected List<List<Name>> values() {
            return List.of(
                    List.of(new Name("")),
                    List.of(new Name("abc"), new Name("Abc"), new Name("ABC")),
                    List.of(new Name("abcd"), new Name("abcD")));
        }
    }

    static class Forgets extends Right {
        @Override
        protected Codec<Name> codec() {
            return new NameCodec() {
                private static final long serialVersionUID = 1L;

                @Override
                public void encode(Name value, ByteWriter out) {
                    super.encode(
                            new Name(value.text()
                                    .substring(0, Math.min(3, value.text().length()))),
                            out);
                }
            };
        }
    }

    static class ReadsToTheEnd extends Right {
        @Override
        protected Codec<Name> codec() {
            return new NameCodec() {
                private static final long serialVersionUID = 1L;

                @Override
                public Name decode(ByteReader in, int version) {
                    Name name = super.decode(in, version);
                    in.skip(in.remaining());
                    return name;
                }
            };
        }
    }

    static class KeepsCase extends Right {
        @Override
        protected Codec<Name> codec() {
            return new NameCodec() {
                private static final long serialVersionUID = 1L;

                @Override
                public void encode(Name value, ByteWriter out) {
                    out.writeString(value.text());
                }
            };
        }
    }

    static class Counts extends Right {
        private static final AtomicInteger CALLS = new AtomicInteger();

        @Override
        protected Codec<Name> codec() {
            return new NameCodec() {
                private static final long serialVersionUID = 1L;

                @Override
                public void encode(Name value, ByteWriter out) {
                    super.encode(value, out);
                    out.writeInt(CALLS.incrementAndGet());
                }
            };
        }
    }

    static class NamedAfterItsClass extends Right {
        @Override
        protected Codec<Name> codec() {
            return new NameCodec() {
                private static final long serialVersionUID = 1L;

                @Override
                public String id() {
                    return getClass().getName();
                }
            };
        }
    }
}
