// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.stream;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that is run once for each mode: its parameter of type {@link StreamHarness} is set up for one of them, so that a
 * report names the mode in which it fails.
 *
 * <pre>{@code
 * @StreamTest
 * void countsWords(StreamHarness harness) {
 *     harness.program("counts", ...).batches("words", ...).run().assertOutput("counts").batches(...);
 * }
 * }</pre>
 *
 * @since 0.1
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(StreamTestExtension.class)
public @interface StreamTest {
    /** The modes; all of them unless some are named. */
    RestartMode[] value() default {};
}
