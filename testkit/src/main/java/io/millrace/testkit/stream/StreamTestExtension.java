// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.stream;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;

/**
 * Runs a {@link StreamTest} once for each mode; named by the annotation.
 *
 * @since 0.1
 */
public final class StreamTestExtension implements TestTemplateInvocationContextProvider {
    /** Called by JUnit. */
    public StreamTestExtension() {}

    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return context.getTestMethod()
                .map(method -> method.isAnnotationPresent(StreamTest.class))
                .orElse(false);
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        RestartMode[] named =
                context.getRequiredTestMethod().getAnnotation(StreamTest.class).value();
        return Arrays.stream(named.length == 0 ? RestartMode.values() : named).map(Invocation::new);
    }

    private record Invocation(RestartMode mode) implements TestTemplateInvocationContext {
        @Override
        public String getDisplayName(int index) {
            return mode.name();
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(new Harness(mode));
        }
    }

    private record Harness(RestartMode mode) implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == StreamHarness.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            StreamHarness harness = new StreamHarness().modes(mode);
            context.publishReportEntry(StreamHarness.SEED_PROPERTY, Long.toString(harness.seed()));
            return harness;
        }
    }
}
