// SPDX-License-Identifier: Apache-2.0
package io.millrace.servers.junit;

import io.millrace.servers.KafkaServer;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests one real broker to share: {@code @ExtendWith(RealKafka.class)} and a parameter of type
 * {@link KafkaServer}, of a method or a constructor.
 *
 * <p>The broker starts with the first test that asks for it and stops after the last test of the run, so every test
 * uses topics and groups of its own. A test that kills or pauses a broker starts one of its own instead.
 *
 * @since 0.1
 */
@SuppressWarnings(
        "exports") // JUnit's types are for tests alone: who only starts servers needs no JUnit, not even to compile
public final class RealKafka implements ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(RealKafka.class);

    /** Called by JUnit. */
    public RealKafka() {}

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == KafkaServer.class;
    }

    @Override
    public KafkaServer resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(KafkaServer.class, key -> KafkaServer.builder().start(), KafkaServer.class);
    }
}
