// SPDX-License-Identifier: Apache-2.0
package io.millrace.servers.junit;

import io.millrace.servers.HdfsCluster;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests one real HDFS of three datanodes to share: {@code @ExtendWith(RealHdfs.class)} and a parameter of type
 * {@link HdfsCluster}, of a method or a constructor.
 *
 * <p>The cluster starts with the first test that asks for it and stops after the last test of the run, so every test
 * uses a directory of its own. One that kills or pauses nodes leaves three live datanodes behind.
 *
 * @since 0.1
 */
@SuppressWarnings(
        "exports") // JUnit's types are for tests alone: who only starts servers needs no JUnit, not even to compile
public final class RealHdfs implements ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(RealHdfs.class);

    /** Called by JUnit. */
    public RealHdfs() {}

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == HdfsCluster.class;
    }

    @Override
    public HdfsCluster resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(HdfsCluster.class, key -> HdfsCluster.builder().start(), HdfsCluster.class);
    }
}
