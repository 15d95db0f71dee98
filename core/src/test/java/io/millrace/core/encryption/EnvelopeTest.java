// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.encryption;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The envelope of {@code docs/spec/encryption.md}. */
class EnvelopeTest {
    /**
     * An envelope as version 1 wrote it: key {@code k1} of 32 bytes 00, 01 and so on, kind 0x0000000700000009, number 0,
     * content "twenty bytes of text", at the place "log/data/0000010000000000/80". Never to be changed.
     */
    private static final String RECORDED =
            "4d5245a901026b317779ca708812a6cc9a01c21eec3e96df7de4f43b2baf40d4c9129683551a7c88"
                    + "4ae551d8c9b4ba4568e4d2d1e73de1de91986ffdfd8c61f2b8ba1709000000070000000900000000"
                    + "00000000a7f9b7cf8cc49ca9229c4eb88b4fc71ad5b8733db187f3c6db1271a8bb81205876563eec";

    /** The same as version 2 wrote it, with the link of 00..01 00..02 and 00..03 00..04. Never to be changed. */
    private static final String RECORDED_LINKED =
            "4d5245a902026b31d8a74670f594b2a606948720bad96f15a4b129c3531d4c01cd605d4935d31c8e"
                    + "8ab11d53d7043735580332221029a91d06518e2b493e82f539e268a2000000070000000900000000"
                    + "0000000000000000000000010000000000000002000000000000000300000000000000049b289de8"
                    + "73256499a28fd7719cee33233bb85f6137ad5be681832eb027ca2078350f546f";

    private static final byte[] KEY = new byte[32];

    static {
        for (int i = 0; i < KEY.length; i++) {
            KEY[i] = (byte) i;
        }
    }

    private static Encryption recordedKey() {
        return TestKeys.ofLines("k1:" + Base64.getEncoder().encodeToString(KEY));
    }

    private record At(String name) implements Place {
        @Override
        public byte[] authenticated() {
            return name.getBytes(UTF_8);
        }

        @Override
        public String toString() {
            return "'" + name + "'";
        }
    }

    private static byte[] seal(DataKeys keys, Place place, byte[]... content) {
        int length = Arrays.stream(content).mapToInt(part -> part.length).sum();
        ByteBuffer into = ByteBuffer.allocate(length + keys.overhead());
        ByteBuffer[] parts = Arrays.stream(content).map(ByteBuffer::wrap).toArray(ByteBuffer[]::new);
        keys.sealer().seal(0x7_0000_0009L, place, parts, into);
        assertThat(into.hasRemaining()).isFalse();
        return into.array();
    }

    private static byte[] open(Encryption by, byte[] envelope, Place place) {
        Encryption.Opened opened = by.open(envelope, 0, envelope.length, place);
        assertThat(opened.kind()).isEqualTo(0x7_0000_0009L);
        return opened.content();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 16, 17, 100, 8191, 100_001})
    void whatWasSealedIsOpenedHoweverItWasCutIntoBuffers(int length) {
        Random random = new Random(length);
        byte[] content = new byte[length];
        random.nextBytes(content);
        Encryption encryption = TestKeys.of("k");
        DataKeys keys = encryption.newDataKeys().orElseThrow();
        for (int round = 0; round < 20; round++) {
            int one = random.nextInt(length + 1);
            int two = one + random.nextInt(length - one + 1);
            byte[] envelope = seal(
                    keys,
                    new At("here"),
                    Arrays.copyOf(content, one),
                    Arrays.copyOfRange(content, one, two),
                    Arrays.copyOfRange(content, two, length));
            assertThat(encryption.concerns(envelope, 0, envelope.length)).isTrue();
            assertThat(open(encryption, envelope, new At("here"))).isEqualTo(content);
            byte[] amid = new byte[envelope.length + 9];
            System.arraycopy(envelope, 0, amid, 4, envelope.length);
            assertThat(encryption.open(amid, 4, envelope.length, new At("here")).content())
                    .isEqualTo(content);
        }
    }

    @Test
    void contentIsReadOnlyDirectOrASliceAndItsPositionsStay() {
        Encryption encryption = TestKeys.of("k");
        DataKeys keys = encryption.newDataKeys().orElseThrow();
        ByteBuffer direct = ByteBuffer.allocateDirect(30).put(new byte[30]).flip();
        ByteBuffer slice = ByteBuffer.wrap(new byte[50], 10, 33).slice().asReadOnlyBuffer();
        ByteBuffer into = ByteBuffer.allocate(63 + keys.overhead());
        keys.sealer().seal(0x7_0000_0009L, new At("x"), new ByteBuffer[] {direct, slice}, into);
        assertThat(direct.position()).isZero();
        assertThat(slice.position()).isZero();
        assertThat(open(encryption, into.array(), new At("x"))).isEqualTo(new byte[63]);
    }

    @Test
    void everyByteMattersAndSoDoesThePlace() {
        Encryption encryption = TestKeys.of("k");
        byte[] envelope = seal(encryption.newDataKeys().orElseThrow(), new At("here"), new byte[40]);
        for (int at = 0; at < envelope.length; at++) {
            byte[] changed = envelope.clone();
            changed[at] ^= (byte) (1 << at % 8);
            assertThatThrownBy(() -> encryption.open(changed, 0, changed.length, new At("here")))
                    .as("byte %d", at)
                    .isInstanceOf(WalException.class)
                    .hasMessageContaining("'here'");
        }
        for (int length = 0; length < envelope.length; length++) {
            byte[] cut = Arrays.copyOf(envelope, length);
            assertThatThrownBy(() -> encryption.open(cut, 0, cut.length, new At("here")))
                    .as("length %d", length)
                    .isInstanceOf(WalException.class);
        }
        refuses(encryption, envelope, new At("there"), Reason.CORRUPT, "changed or moved from outside");
    }

    @Test
    void aMissingOrAnotherKeyIsNamed() {
        byte[] envelope = seal(TestKeys.of("k1").newDataKeys().orElseThrow(), new At("x"), new byte[4]);
        refuses(Encryption.NONE, envelope, new At("x"), Reason.ACCESS_DENIED, "with the key 'k1' and no key was given");
        refuses(TestKeys.of("k2"), envelope, new At("x"), Reason.ACCESS_DENIED, "which is not in");
        refuses(
                TestKeys.ofLines(TestKeys.line("k1", "another")),
                envelope,
                new At("x"),
                Reason.ACCESS_DENIED,
                "with another key than the one that is called 'k1'");
    }

    @Test
    void keysAreRotatedByAddingOne() {
        Encryption before = TestKeys.of("k1");
        Encryption after = TestKeys.of("k1", "k2");
        byte[] old = seal(before.newDataKeys().orElseThrow(), new At("x"), new byte[4]);
        byte[] recent = seal(after.newDataKeys().orElseThrow(), new At("y"), new byte[4]);

        assertThat(open(after, old, new At("x"))).isEqualTo(new byte[4]);
        assertThat(after.usedKeys()).containsExactly("k1");
        assertThat(open(after, recent, new At("y"))).isEqualTo(new byte[4]);
        assertThat(after.usedKeys()).containsExactly("k1", "k2");
        assertThat(open(TestKeys.of("k2"), recent, new At("y"))).isEqualTo(new byte[4]);
        refuses(before, recent, new At("y"), Reason.ACCESS_DENIED, "'k2'");
    }

    @Test
    void whatIsNotEncryptedIsRefusedUnlessThatIsAllowed() {
        byte[] plain = "plain".getBytes(UTF_8);
        refuses(TestKeys.of("k"), plain, new At("x"), Reason.ACCESS_DENIED, "encryption.accept-plain");
        assertThat(TestKeys.acceptingPlain("k").concerns(plain, 0, plain.length))
                .isFalse();
        assertThat(Encryption.NONE.concerns(plain, 0, plain.length)).isFalse();
        assertThat(Encryption.NONE.newDataKeys()).isEmpty();
    }

    @Test
    void aLaterVersionIsRefused() {
        Encryption encryption = TestKeys.of("k");
        byte[] envelope = seal(encryption.newDataKeys().orElseThrow(), new At("x"), new byte[4]);
        envelope[4] = 3;
        refuses(encryption, envelope, new At("x"), Reason.UNSUPPORTED, "in version 3");
    }

    private static void refuses(Encryption by, byte[] envelope, Place place, Reason reason, String message) {
        assertThatThrownBy(() -> by.open(envelope, 0, envelope.length, place))
                .isInstanceOfSatisfying(
                        WalException.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageContaining(message);
    }

    @Test
    void aDataKeyIsReplacedWhenItsNumbersAreUsedUp() {
        Encryption encryption = TestKeys.of("k");
        DataKeys keys = new DataKeys(Envelope.ALONE, TestKeys.keys("k"), new SecureRandom(), 3);
        Set<String> heads = new HashSet<>();
        List<Long> numbers = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            byte[] envelope = seal(keys, new At("x"), new byte[] {(byte) i});
            assertThat(open(encryption, envelope, new At("x"))).containsExactly(i);
            int head = Envelope.headLength(envelope, 0);
            heads.add(HexFormat.of().formatHex(envelope, 0, head));
            numbers.add(ByteBuffer.wrap(envelope).getLong(head + 8));
        }
        assertThat(heads).hasSize(4);
        assertThat(numbers).containsExactly(0L, 1L, 2L, 0L, 1L, 2L, 0L, 1L, 2L, 0L);
    }

    @Test
    void whatVersionOneWroteIsRead() {
        byte[] recorded = HexFormat.of().parseHex(RECORDED);
        byte[] content = open(recordedKey(), recorded, new At("log/data/0000010000000000/80"));
        assertThat(new String(content, UTF_8)).isEqualTo("twenty bytes of text");
    }

    @Test
    void whatVersionTwoWroteIsReadWithItsLink() {
        byte[] recorded = HexFormat.of().parseHex(RECORDED_LINKED);
        At place = new At("log/data/0000010000000000/80");
        Link link = new Link(new Tag(1, 2), new Tag(3, 4));
        assertThat(recordedKey().open(recorded, 0, recorded.length, place).link())
                .isEqualTo(link);
        assertThat(new String(open(recordedKey(), recorded, place), UTF_8)).isEqualTo("twenty bytes of text");
        assertThat(Encryption.claimedLink(recorded, 0, recorded.length)).contains(link);
        for (int at = 0; at < recorded.length; at++) {
            byte[] changed = recorded.clone();
            changed[at] ^= 1;
            assertThatThrownBy(() -> open(recordedKey(), changed, place))
                    .as("byte %d", at)
                    .isInstanceOf(WalException.class);
        }
    }

    /** The specification, step by step, with nothing of the engine's. */
    @Test
    void whatVersionOneWroteIsWhatTheSpecificationSays() throws Exception {
        ByteBuffer recorded = ByteBuffer.wrap(HexFormat.of().parseHex(RECORDED));
        assertThat(recorded.getInt(0)).isEqualTo(0x4D5245A9);
        assertThat(recorded.get(4)).isEqualTo((byte) 1);
        assertThat(recorded.get(5)).isEqualTo((byte) 2);
        assertThat(new String(recorded.array(), 6, 2, UTF_8)).isEqualTo("k1");
        Cipher unwrap = Cipher.getInstance("AES/GCM/NoPadding");
        unwrap.init(
                Cipher.DECRYPT_MODE, new SecretKeySpec(KEY, "AES"), new GCMParameterSpec(128, recorded.array(), 8, 12));
        unwrap.updateAAD(recorded.array(), 0, 8);
        byte[] dataKey = unwrap.doFinal(recorded.array(), 20, 48);
        assertThat(recorded.getLong(68)).isEqualTo(0x7_0000_0009L);
        assertThat(recorded.getLong(76)).isZero();
        byte[] nonce = new byte[12];
        System.arraycopy(recorded.array(), 76, nonce, 4, 8);
        Cipher open = Cipher.getInstance("AES/GCM/NoPadding");
        open.init(Cipher.DECRYPT_MODE, new SecretKeySpec(dataKey, "AES"), new GCMParameterSpec(128, nonce));
        open.updateAAD(recorded.array(), 0, 84);
        open.updateAAD("log/data/0000010000000000/80".getBytes(UTF_8));
        byte[] content = open.doFinal(recorded.array(), 84, recorded.capacity() - 84);
        assertThat(new String(content, UTF_8)).isEqualTo("twenty bytes of text");
    }

    @Test
    void whatVersionTwoWroteIsWhatTheSpecificationSays() throws Exception {
        byte[] recorded = HexFormat.of().parseHex(RECORDED_LINKED);
        assertThat(recorded[4]).isEqualTo((byte) 2);
        Cipher unwrap = Cipher.getInstance("AES/GCM/NoPadding");
        unwrap.init(Cipher.DECRYPT_MODE, new SecretKeySpec(KEY, "AES"), new GCMParameterSpec(128, recorded, 8, 12));
        unwrap.updateAAD(recorded, 0, 8);
        byte[] dataKey = unwrap.doFinal(recorded, 20, 48);
        byte[] nonce = new byte[12];
        System.arraycopy(recorded, 76, nonce, 4, 8);
        Cipher open = Cipher.getInstance("AES/GCM/NoPadding");
        open.init(Cipher.DECRYPT_MODE, new SecretKeySpec(dataKey, "AES"), new GCMParameterSpec(128, nonce));
        open.updateAAD(recorded, 0, 116);
        open.updateAAD("log/data/0000010000000000/80".getBytes(UTF_8));
        byte[] content = open.doFinal(recorded, 116, recorded.length - 116);
        assertThat(new String(content, UTF_8)).isEqualTo("twenty bytes of text");
    }
}
